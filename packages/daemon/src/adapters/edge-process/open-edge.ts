import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '@berth/spec/problem';
import type { EdgeCertificate, EdgeChallenge, RefusedCertificate } from '../../core/edge-certificate.ts';
import {
  type CertificatesTaken,
  edgeCalls,
  type EdgeCall,
  type EdgeStatus,
  type HistoryQuestion,
  type Knock,
} from '../../core/edge-control.ts';
import type { EdgeRoute, RouteChange } from '../../core/route-table.ts';
import type { Edge, PastRequest, TrafficFacts } from '../../ports/edge.ts';
import { giveOrder, type Order, type Session } from './control-client.ts';
import { notReplaced, obtainSession, planSuccession } from './obtain-session.ts';
import type { EdgeOptions } from './start-process.ts';

const ORDER_MS = 10_000;
/** Longer than the edge waits for its successor. */
const RENEWAL_MS = 20_000;
const STOP_GRACE_MS = 10_000;
const LONGEST_TIMER_MS = 2_147_483_647;
/** The end of a process is seen in the end of its session, a moment later. */
const GONE_MS = 1_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Adopts the edge that serves already, or starts one, and keeps one running until `stop` or `release`. */
export async function openEdge(options: EdgeOptions): Promise<EdgeProcess> {
  return new EdgeProcess(options, await obtainSession(options));
}

/** The edge as a process that outlives this one. */
export class EdgeProcess implements Edge {
  readonly #options: EdgeOptions;
  readonly #listeners: (() => void)[] = [];
  readonly #knockListeners: ((app: string) => void)[] = [];
  #session: Session;
  #isConnected = true;
  readonly #life = new AbortController();
  /** Set when the end of this shall be the end of the edge. */
  #stopGraceMs: number | undefined;
  readonly #kept: Promise<void>;
  #renewal: Promise<void> | undefined;
  /** Called at the next connection. */
  #reconnected: () => void = () => undefined;

  constructor(options: EdgeOptions, session: Session) {
    this.#options = options;
    this.#session = session;
    this.#listen(session);
    this.#kept = this.#keepUp();
  }

  /** False while it is being started again. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  get pid(): number {
    return this.#session.hello.pid;
  }

  /** Epoch milliseconds: an edge that was taken over is older than who took it over. */
  get startedAtMs(): number {
    return this.#session.hello.startedAtMs;
  }

  /** Where it truly listens for http, `127.0.0.1:8080`. */
  get addresses(): readonly string[] {
    return this.#session.hello.addresses;
  }

  /** Where it truly listens for https. */
  get secureAddresses(): readonly string[] {
    return this.#session.hello.secureAddresses;
  }

  async apply(change: RouteChange): Promise<void> {
    await this.#order(edgeCalls.apply, change);
  }

  async replace(routes: readonly EdgeRoute[]): Promise<void> {
    await this.#order(edgeCalls.replace, routes);
  }

  async drain(instance: string, graceMs: number): Promise<void> {
    await this.#order(edgeCalls.drain, { instance, graceMs }, graceMs);
  }

  async putCertificates(certificates: readonly EdgeCertificate[]): Promise<void> {
    const { refused } = (await this.#order(edgeCalls.certificates, certificates)) as CertificatesTaken;
    if (refused.length > 0) throw refuseCertificates(refused);
  }

  async putChallenges(challenges: readonly EdgeChallenge[]): Promise<void> {
    await this.#order(edgeCalls.challenges, challenges);
  }

  async facts(): Promise<TrafficFacts> {
    return (await this.#order(edgeCalls.facts)) as TrafficFacts;
  }

  async status(): Promise<EdgeStatus> {
    return (await this.#order(edgeCalls.status)) as EdgeStatus;
  }

  async history(app: string): Promise<readonly PastRequest[]> {
    return (await this.#order(edgeCalls.history, { app } satisfies HistoryQuestion)) as readonly PastRequest[];
  }

  onKnock(listener: (app: string) => void): void {
    this.#knockListeners.push(listener);
  }

  /** A listener that comes later than the connection is called for it all the same. */
  onConnected(listener: () => void): void {
    this.#listeners.push(listener);
    if (this.#isConnected) queueMicrotask(listener);
  }

  async renew(): Promise<void> {
    this.#renewal ??= this.#succeed().finally(() => {
      this.#renewal = undefined;
    });
    await this.#renewal;
  }

  /** Ends the edge: what is under way may end until `graceMs` are over. Resolves when the process is gone. */
  async stop(graceMs: number = STOP_GRACE_MS): Promise<void> {
    await this.#renewal?.catch(() => undefined);
    this.#stopGraceMs = graceMs;
    this.#life.abort();
    if (this.#isConnected)
      await this.#order(edgeCalls.stop, { graceMs }).catch(async (cause: unknown) => this.#checkGone(cause));
    await this.#kept;
  }

  /** Leaves the edge serving. */
  release(): void {
    this.#life.abort();
    this.#session.close();
  }

  #listen(session: Session): void {
    session.onLine((line) => {
      const { knock } = JSON.parse(line) as Partial<Knock>;
      if (knock !== undefined) for (const listener of this.#knockListeners) listener(knock);
    });
  }

  /** An edge that died before the order came needs none. */
  async #checkGone(cause: unknown): Promise<void> {
    let isGone = false;
    const gone = async (): Promise<void> => {
      await this.#kept;
      isGone = true;
    };
    await Promise.race([gone(), delay(GONE_MS)]);
    if (!isGone) throw cause;
  }

  async #succeed(): Promise<void> {
    const reconnected = new Promise<void>((resolve) => (this.#reconnected = resolve));
    const order = { call: edgeCalls.succeed, body: planSuccession(this.#options), timeoutMs: RENEWAL_MS };
    await this.#give(order, (error) => notReplaced(error, this.#options));
    await Promise.race([reconnected, this.#kept]);
  }

  /** One that comes while the edge is being renewed is for the new one. */
  async #order(call: EdgeCall, body?: unknown, extraMs = 0): Promise<unknown> {
    await this.#renewal?.catch(() => undefined);
    return this.#give({ call, body, timeoutMs: Math.min(ORDER_MS + extraMs, LONGEST_TIMER_MS) }, unreachable);
  }

  async #give(order: Order, explain: (cause: unknown) => Problem): Promise<unknown> {
    if (!this.#isConnected) throw unreachable(undefined);
    try {
      return await giveOrder(this.#options.controlSocket, order);
    } catch (error) {
      throw explain(error);
    }
  }

  async #keepUp(): Promise<void> {
    do {
      await this.#session.ended;
      this.#isConnected = false;
      await this.#reconnect();
    } while (this.#isConnected);
  }

  async #reconnect(): Promise<void> {
    const { signal } = this.#life;
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const session = await obtainSession(this.#options).catch(() => undefined);
      if (session !== undefined) return this.#connected(session);
      await delay(pauseMs, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }

  async #connected(session: Session): Promise<void> {
    this.#session = session;
    this.#listen(session);
    this.#isConnected = true;
    this.#reconnected();
    if (!this.#life.signal.aborted) return this.#listeners.forEach((listener) => listener());
    if (this.#stopGraceMs !== undefined) await this.#order(edgeCalls.stop, { graceMs: this.#stopGraceMs });
    else session.close();
  }
}

function refuseCertificates(refused: readonly RefusedCertificate[]): Problem {
  const errors = refused.map(({ hosts, reason }) => ({ field: hosts[0] ?? '', detail: reason }));
  return new Problem('validation-failed', 'The edge cannot use some certificates: see the reasons.', {
    facts: { errors },
  });
}

function unreachable(cause: unknown): Problem {
  return new Problem(
    'edge-unreachable',
    'The edge process does not answer. It is started again by itself: try again in a moment.',
    { cause },
  );
}
