import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Arrival } from '../exchange/arrival.ts';
import type { VisitorConnection } from '../exchange/visitor-connection.ts';
import type { Plane } from '../plane.ts';
import { mostFields } from '../wire/field-list.ts';
import { mostHeadBytes } from '../wire/request-head.ts';
import type { HeldBodies } from './held-bodies.ts';
import { Http2Visitor } from './http2-visitor.ts';
import { ResetLimit } from './reset-limit.ts';

/** In which a visitor begins to speak. */
const GREETING_MS = 10_000;
/** The highest id there is: what the visitor sends until it hears the farewell is still answered (RFC 9113, 6.8). */
const LAST_STREAM = 2 ** 31 - 1;

const options = {
  settings: {
    enablePush: false,
    enableConnectProtocol: true,
    initialWindowSize: 131_072,
    maxConcurrentStreams: 128,
    maxHeaderListSize: mostHeadBytes,
  },
  maxHeaderListPairs: mostFields,
  /** Megabytes. */
  maxSessionMemory: 8,
  maxSettings: 16,
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
  maxOutstandingPings: 4,
};

/** What all connections by HTTP/2 share. */
export interface Http2Ground {
  readonly plane: Plane;
  readonly heldBodies: HeldBodies;
}

/** Takes over a visitor's connection that speaks HTTP/2: all its requests until it ends. */
export function acceptHttp2(ground: Http2Ground, socket: TLSSocket, arrival: Arrival): VisitorConnection {
  return new Http2Connection(ground, socket, arrival);
}

class Http2Connection implements VisitorConnection {
  readonly #ground: Http2Ground;
  readonly #plane: Plane;
  readonly #arrival: Arrival;
  readonly #session: ServerHttp2Session;
  readonly #resets: ResetLimit;
  #streams = 0;
  #hasFarewell = false;

  constructor(ground: Http2Ground, socket: TLSSocket, arrival: Arrival) {
    const { plane } = ground;
    this.#ground = ground;
    this.#plane = plane;
    this.#arrival = arrival;
    this.#resets = new ResetLimit(plane.clock.refresh());
    this.#session = performServerHandshake(socket, options);
    this.#session.setTimeout(GREETING_MS);
    this.#session.once('remoteSettings', () => this.#session.setTimeout(plane.keepAliveMs));
    this.#session.on('timeout', () => this.#silent());
    this.#session.on('stream', (stream, ...[, flags, raw]) => this.#take(stream, flags, raw));
    // What the visitor does wrong ends its session, and is no matter of ours.
    this.#session.on('error', () => undefined);
  }

  get isIdle(): boolean {
    return this.#streams === 0;
  }

  retire(): void {
    if (!this.#session.closed) this.#session.close();
  }

  bidFarewell(): void {
    if (this.#hasFarewell || this.#session.destroyed) return;
    this.#hasFarewell = true;
    this.#session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM);
  }

  #take(stream: ServerHttp2Stream, flags: number, raw: readonly string[]): void {
    if (this.#plane.isStopping) this.bidFarewell();
    this.#streams += 1;
    const visitor = new Http2Visitor(this.#ground, stream, this.#arrival);
    stream.once('close', () => this.#left(stream, visitor));
    visitor.start(raw, (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0);
  }

  #left({ rstCode }: ServerHttp2Stream, visitor: Http2Visitor): void {
    this.#streams -= 1;
    if (rstCode === constants.NGHTTP2_NO_ERROR || visitor.wasCut) return;
    if (this.#resets.take(this.#plane.clock.refresh()) || this.#session.destroyed) return;
    this.#plane.log('warn', 'a visitor gives up too many requests', { address: this.#arrival.peer.address });
    this.#session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    this.#session.destroy();
  }

  #silent(): void {
    if (this.isIdle) this.retire();
  }
}
