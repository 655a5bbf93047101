import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import type { EdgeTarget } from '../../core/route-table.ts';
import { connectTarget } from '../upstream/connect-target.ts';
import { mostHeadBytes } from '../wire/request-head.ts';

/** Without a request. */
const IDLE_MS = 30_000;
/** What an instance takes at a time that does not say how many. */
const USUAL_STREAMS = 100;
const options = {
  settings: { enablePush: false, initialWindowSize: 262_144, maxHeaderListSize: mostHeadBytes },
  /** Megabytes. */
  maxSessionMemory: 64,
};

/** One HTTP/2 connection to an instance, for many requests at a time. */
export class H2cSession {
  /** It has carried a request before. */
  isUsed = false;
  readonly #session: ClientHttp2Session;
  readonly #waiting = new Set<() => void>();
  #streams = 0;
  #isConnected = false;
  #reason: string | undefined;

  /** Throws on targets that cannot be connected to. `ended` is called when no more requests may be given to it. */
  constructor(target: EdgeTarget, ended: (session: H2cSession) => void) {
    // Loaded here because few apps speak it, and what speaks it is large.
    const { connect } = process.getBuiltinModule('node:http2');
    const socket = connectTarget(target, { ALPNProtocols: ['h2'] });
    socket.allowHalfOpen = false;
    // The name is for requests that say none, which ours do.
    const session = connect('http://app', { ...options, createConnection: () => socket });
    this.#session = session;
    session.once('connect', () => this.#settled(true));
    session.once('goaway', () => ended(this));
    session.once('close', () => {
      ended(this);
      this.#settled(false);
    });
    session.on('error', (error: NodeJS.ErrnoException) => {
      this.#reason = error.code ?? error.message;
    });
    session.setTimeout(IDLE_MS);
    session.on('timeout', () => {
      if (this.#streams === 0) this.close();
    });
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** It takes no more requests. */
  get isOver(): boolean {
    return this.#session.closed || this.#session.destroyed;
  }

  /** It takes one more request. */
  get hasRoom(): boolean {
    const most = this.#isConnected
      ? (this.#session.remoteSettings.maxConcurrentStreams ?? USUAL_STREAMS)
      : USUAL_STREAMS;
    return !this.isOver && this.#streams < most;
  }

  /** Why it ended, for the log. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Counts a request until the result is called. */
  enter(): () => void {
    this.#streams += 1;
    return () => {
      this.#streams -= 1;
    };
  }

  /** Calls back once, when it is connected or has ended. */
  onSettled(listener: () => void): void {
    this.#waiting.add(listener);
  }

  /** Throws when it has ended. */
  request(fields: readonly string[], shape: { endStream: boolean; waitForTrailers: boolean }): ClientHttp2Stream {
    this.isUsed = true;
    return this.#session.request(fields, shape);
  }

  /** What is under way goes on. */
  close(): void {
    if (!this.#session.destroyed) this.#session.close();
  }

  #settled(isConnected: boolean): void {
    this.#isConnected = isConnected;
    for (const listener of this.#waiting) listener();
    this.#waiting.clear();
  }
}
