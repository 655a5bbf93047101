import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Claim } from './claim.ts';
import { errorFacts } from './log.ts';
import { type Order, openUpstream } from './open-upstream.ts';
import type { Plane } from './plane.ts';
import { hasBody } from './request-head.ts';
import type { Refusal } from './refusal.ts';

/** An instance on this machine or its network that listens takes a connection in milliseconds; a lost first packet is not waited for. */
const CONNECT_MS = 1_000;
const REPLAYABLE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Exactly one of `answered`, `upgraded` and `refused` comes, or none after an abort. */
export interface SendingEvents {
  /** The app listens: the body may go. Only for requests with a body. */
  connected(upstream: ClientRequest): void;
  informed(status: number, headers: readonly string[]): void;
  answered(answer: IncomingMessage): void;
  upgraded?(answer: IncomingMessage, socket: Socket, head: Buffer): void;
  refused(refusal: Refusal): void;
}

interface Attempt {
  readonly claim: Claim;
  readonly upstream: ClientRequest;
  isConnected: boolean;
  isOver: boolean;
  isTunnel: boolean;
}

/** Brings one request to an instance: to another one where none of its bytes were sent, again where that does no harm. */
export class Sending {
  readonly #plane: Plane;
  readonly #order: Order;
  readonly #events: SendingEvents;
  readonly #tried = new Set<string>();
  #upstream: ClientRequest | undefined;
  #isSettled = false;

  constructor(plane: Plane, order: Order, events: SendingEvents) {
    this.#plane = plane;
    this.#order = order;
    this.#events = events;
  }

  start(): void {
    const { admitted, errand } = this.#order;
    const claim = this.#plane.desk.claim({ ...admitted, tried: this.#tried, errand });
    if ('code' in claim) return this.#refuse(claim);
    this.#tried.add(claim.target.instance);
    this.#send(claim, this.#plane.pools.get(claim.target.instance));
  }

  /** The visitor is gone, or the instance has to go: the app hears it at once. */
  abort(): void {
    this.#isSettled = true;
    this.#upstream?.destroy();
  }

  /**
   * The answer is whole: what the app has not taken of the body by now it does not need. Node's client would wait for
   * ever here, because it stops telling when it can be written to.
   */
  finish(): void {
    if (this.#upstream?.writableEnded === false) this.#upstream.destroy();
  }

  #send(claim: Claim, agent: Agent | false): void {
    const upstream = this.#open(claim, agent);
    if (upstream === undefined)
      return this.#refuse({
        code: 'malformed-request',
        detail: 'A header or the target holds bytes that HTTP does not allow.',
      });
    this.#upstream = upstream;
    const attempt: Attempt = { claim, upstream, isConnected: false, isOver: false, isTunnel: false };
    upstream.once('socket', (socket) => this.#watchConnection(attempt, socket));
    upstream.on('information', ({ statusCode, rawHeaders }) => this.#events.informed(statusCode, rawHeaders));
    upstream.once('response', (answer) => this.#settle(attempt, () => this.#events.answered(answer)));
    this.#watchUpgrade(attempt);
    upstream.on('error', (error) => this.#failed(attempt, error));
    upstream.once('close', () => this.#closed(attempt));
    if (!hasBody(this.#order.request)) upstream.end();
  }

  #open(claim: Claim, agent: Agent | false): ClientRequest | undefined {
    try {
      return openUpstream(this.#order, claim, this.#events.upgraded === undefined ? agent : 'upgrade');
    } catch (error) {
      claim.release();
      this.#plane.log('warn', 'a request could not be written', errorFacts(error));
      return undefined;
    }
  }

  #watchConnection(attempt: Attempt, socket: Socket): void {
    if (!socket.connecting) return this.#connected(attempt);
    const giveUp = (): void => void attempt.upstream.destroy(new Error('no connection in time'));
    socket.setTimeout(CONNECT_MS, giveUp);
    socket.once('connect', () => {
      socket.off('timeout', giveUp);
      this.#connected(attempt);
    });
  }

  #connected(attempt: Attempt): void {
    attempt.isConnected = true;
    if (!this.#isSettled && hasBody(this.#order.request)) this.#events.connected(attempt.upstream);
  }

  #watchUpgrade(attempt: Attempt): void {
    if (this.#events.upgraded === undefined) return;
    attempt.upstream.once('upgrade', (answer: IncomingMessage, socket: Socket, head: Buffer) => {
      attempt.isTunnel = true;
      // The request is over for Node here; for draining it is when the tunnel is.
      socket.once('close', attempt.claim.release);
      if (this.#isSettled) return void socket.destroy();
      this.#settle(attempt, () => this.#events.upgraded?.(answer, socket, head));
    });
  }

  #closed(attempt: Attempt): void {
    if (!attempt.isTunnel) attempt.claim.release();
    if (!attempt.isOver) this.#failed(attempt, new Error('closed without an answer'));
  }

  #failed(attempt: Attempt, error: Error): void {
    if (attempt.isOver || this.#isSettled) return;
    attempt.isOver = true;
    attempt.claim.release();
    const { instance } = attempt.claim.target;
    this.#plane.log('warn', 'an instance did not answer', {
      instance,
      connected: attempt.isConnected,
      ...errorFacts(error),
    });
    if (!attempt.isConnected) return this.start();
    if (this.#isStale(attempt)) return this.#resend(attempt.claim);
    this.#refuse({
      code: 'app-unreachable',
      detail: 'The app closed the connection before it answered. Try again in a moment.',
    });
  }

  /** A kept connection that the app closed at the moment we used it says nothing about the request. */
  #isStale({ upstream }: Attempt): boolean {
    const { request } = this.#order;
    return upstream.reusedSocket && !hasBody(request) && REPLAYABLE.has(request.method ?? '');
  }

  #resend({ route, target }: Claim): void {
    const release = this.#plane.inFlight.enter(target.instance, this.#order.errand);
    this.#send({ route, target, release }, false);
  }

  #settle(attempt: Attempt, tell: () => void): void {
    if (this.#isSettled) return;
    attempt.isOver = true;
    this.#isSettled = true;
    tell();
  }

  #refuse(refusal: Refusal): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#events.refused(refusal);
  }
}
