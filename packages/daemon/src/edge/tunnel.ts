import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { composeAnswerHead } from './answer-head.ts';
import { closeGently } from './close-gently.ts';
import { FrameTracker, GOING_AWAY_TO_APP, GOING_AWAY_TO_VISITOR } from './frame-tracker.ts';
import type { Errand } from './in-flight.ts';
import type { Order } from './open-upstream.ts';
import type { Plane } from './plane.ts';
import { keepEndToEnd } from './raw-headers.ts';
import { type Refusal, refusalTable } from './refusal.ts';
import { Sending, type SendingEvents } from './sending.ts';
import { answerPageOnSocket, relayAnswerOnSocket, renderHead } from './socket-answer.ts';
import type { Visit } from './traffic.ts';

/** An app may take its time over the handshake, but a visitor who left meanwhile is not seen. */
const HANDSHAKE_MS = 60_000;
const PROBE_MS = 30_000;
/** One half of a tunnel may end first; with nothing coming on the other half, the rest is a leak. */
const HALF_OPEN_MS = 60_000;

export interface TunnelEnd {
  readonly socket: Socket;
  /** What the visitor sent behind its request. */
  readonly head: Buffer;
  readonly visit: Visit;
}

/** A WebSocket: the app answers the handshake, after that bytes pass both ways untouched. */
export class Tunnel implements Errand, SendingEvents {
  readonly #request: IncomingMessage;
  readonly #socket: Socket;
  readonly #head: Buffer;
  readonly #visit: Visit;
  readonly #sending: Sending;
  readonly #timer: NodeJS.Timeout;
  #upstream: Socket | undefined;
  readonly #toApp = new FrameTracker();
  readonly #toVisitor = new FrameTracker();

  constructor(plane: Plane, order: Omit<Order, 'errand'>, { socket, head, visit }: TunnelEnd) {
    this.#request = order.request;
    this.#socket = socket;
    this.#head = head;
    this.#visit = visit;
    this.#sending = new Sending(plane, { ...order, errand: this }, this);
    this.#timer = setTimeout(() => this.abort(), HANDSHAKE_MS).unref();
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#left());
  }

  start(): void {
    this.#sending.start();
  }

  abort(): void {
    if (this.#upstream !== undefined) return this.#goAway(this.#upstream);
    this.#sending.abort();
    this.refused({ code: 'app-unavailable', detail: 'The app did not open the connection in time. Try again.' });
  }

  /** A handshake has no body. */
  connected(): void {}

  /** A visitor who waits for 101 has no use for other news. */
  informed(): void {}

  answered(answer: IncomingMessage): void {
    clearTimeout(this.#timer);
    const head = composeAnswerHead(answer, this.#request);
    if (head === undefined) {
      this.#sending.abort();
      return this.refused({ code: 'app-answer-malformed', detail: 'The owner of the app can read more in its log.' });
    }
    this.#visit.answered(answer.statusCode ?? 502);
    relayAnswerOnSocket(this.#socket, answer, head);
  }

  upgraded(answer: IncomingMessage, upstream: Socket, head: Buffer): void {
    clearTimeout(this.#timer);
    upstream.on('error', () => upstream.destroy());
    if (answer.headers.upgrade?.toLowerCase() !== 'websocket') {
      upstream.destroy();
      return this.refused({
        code: 'app-answer-malformed',
        detail: 'The app switched to a protocol that was not asked for.',
      });
    }
    this.#upstream = upstream;
    this.#visit.answered(101);
    this.#visit.opened();
    const headers = [...keepEndToEnd(answer.rawHeaders), 'Connection', 'Upgrade', 'Upgrade', 'websocket'];
    this.#socket.write(renderHead(101, answer.statusMessage ?? '', headers));
    if (head.length > 0) upstream.unshift(head);
    if (this.#head.length > 0) this.#socket.unshift(this.#head);
    this.#join(this.#socket, upstream);
  }

  refused(refusal: Refusal): void {
    clearTimeout(this.#timer);
    this.#visit.answered(refusalTable[refusal.code].status);
    answerPageOnSocket(this.#socket, this.#request, refusal);
  }

  #join(visitor: Socket, upstream: Socket): void {
    visitor.on('data', (chunk: Buffer) => {
      this.#toApp.push(chunk);
      this.#visit.received(chunk.length);
    });
    upstream.on('data', (chunk: Buffer) => {
      this.#toVisitor.push(chunk);
      this.#visit.sent(chunk.length);
    });
    for (const [from, to] of [
      [visitor, upstream],
      [upstream, visitor],
    ] as const) {
      from.setTimeout(0);
      from.setKeepAlive(true, PROBE_MS);
      from.once('end', () => to.setTimeout(HALF_OPEN_MS, () => to.destroy()));
      from.once('close', () => closeGently(to));
      from.pipe(to);
    }
  }

  /** Says "going away" both ways where no frame is cut in two by that. */
  #goAway(upstream: Socket): void {
    this.#socket.unpipe(upstream);
    upstream.unpipe(this.#socket);
    if (this.#toVisitor.isBetweenFrames && this.#socket.writable) this.#socket.write(GOING_AWAY_TO_VISITOR);
    if (this.#toApp.isBetweenFrames && upstream.writable) upstream.write(GOING_AWAY_TO_APP);
    closeGently(this.#socket);
    closeGently(upstream);
  }

  #left(): void {
    clearTimeout(this.#timer);
    this.#visit.ended();
    if (this.#upstream === undefined) this.#sending.abort();
  }
}
