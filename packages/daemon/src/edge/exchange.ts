import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { composeAnswerHead } from './answer-head.ts';
import type { Errand } from './in-flight.ts';
import type { Order } from './open-upstream.ts';
import { renderPage } from './page.ts';
import type { Plane } from './plane.ts';
import { keepEndToEnd } from './raw-headers.ts';
import { type Refusal, refusalTable } from './refusal.ts';
import { relayBody } from './relay-body.ts';
import { Sending, type SendingEvents } from './sending.ts';
import type { Visit } from './traffic.ts';

/** How long a visitor may go on sending a body after it has been answered. */
const LINGER_MS = 30_000;

/** One request and its answer, from the visitor to an instance and back. */
export class Exchange implements Errand, SendingEvents {
  readonly #plane: Plane;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #visit: Visit;
  readonly #sending: Sending;

  constructor(
    plane: Plane,
    order: Omit<Order, 'errand'>,
    { response, visit }: { response: ServerResponse; visit: Visit },
  ) {
    this.#plane = plane;
    this.#request = order.request;
    this.#response = response;
    this.#visit = visit;
    this.#sending = new Sending(plane, { ...order, errand: this }, this);
    response.once('close', () => this.#left());
  }

  start(): void {
    this.#sending.start();
  }

  abort(): void {
    this.#sending.abort();
    if (this.#response.headersSent) return void this.#response.destroy();
    this.refused({
      code: 'app-unavailable',
      detail: 'The instance of the app that had the request was stopped. Try again.',
    });
  }

  connected(upstream: ClientRequest): void {
    relayBody(this.#request, upstream, (bytes) => this.#visit.received(bytes));
    this.#request.once('close', () => {
      if (!this.#request.complete) this.#sending.abort();
    });
  }

  informed(status: number, headers: readonly string[]): void {
    if (this.#response.headersSent || this.#response.destroyed || this.#request.httpVersion === '1.0') return;
    if (status !== 100) this.#response.writeInformation(status, keepEndToEnd(headers));
    else if (this.#request.headers.expect !== undefined) this.#response.writeContinue();
  }

  answered(answer: IncomingMessage): void {
    const { statusCode = 502, statusMessage = '' } = answer;
    if (!this.#writeHead(answer, statusCode, statusMessage)) {
      this.#sending.abort();
      return this.refused({ code: 'app-answer-malformed', detail: 'The owner of the app can read more in its log.' });
    }
    this.#visit.answered(statusCode);
    answer.on('error', () => this.#response.destroy());
    // Half an answer must not look like a whole one.
    answer.once('close', () => {
      if (!answer.complete) this.#response.destroy();
    });
    answer.once('end', () => this.#sending.finish());
    relayBody(answer, this.#response, (bytes) => this.#visit.sent(bytes));
    lingerBriefly(this.#request, this.#response);
  }

  refused(refusal: Refusal): void {
    this.#visit.answered(refusalTable[refusal.code].status);
    answerPage(this.#request, this.#response, refusal);
  }

  #writeHead(answer: IncomingMessage, statusCode: number, statusMessage: string): boolean {
    const head = composeAnswerHead(answer, this.#request);
    if (head === undefined) return false;
    if (this.#plane.isStopping) head.push('Connection', 'close');
    try {
      this.#response.writeHead(statusCode, statusMessage, head);
      return true;
    } catch {
      return false;
    }
  }

  #left(): void {
    this.#visit.ended();
    if (!this.#response.writableFinished) this.#sending.abort();
  }
}

/** Answers in the edge's own name. */
export function answerPage(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) return;
  const { status, headers, body } = renderPage(refusal, request.headers.accept);
  response.writeHead(status, [...headers]);
  response.end(body);
  lingerBriefly(request, response);
}

/** Whoever is cut off in the middle of sending may never see the answer that is on its way. */
function lingerBriefly(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    if (request.complete) return;
    const { socket } = request;
    request.resume();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    request.once('close', () => clearTimeout(timer));
  });
}
