import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import type { Problem } from '@berth/spec/problem';
import {
  isReset,
  renderBrokenSource,
  renderCancelled,
  renderConnectionProblem,
  renderConnectTimeout,
  renderSilence,
} from './connection-error.ts';
import type { EngineAddress } from './engine-address.ts';
import { closeWire, createWire, type Wire } from './wire.ts';

/** One request as it goes over the wire. */
export interface Exchange {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | Readable;
  /** Begins the sentence of a problem, such as `The engine "local" could not list containers`. */
  readonly doing: string;
  /** The longest time without a byte in either direction. */
  readonly silenceMs: number;
  /** Streams that may be silent for long once they are open. */
  readonly mayRest?: boolean;
  readonly signal?: AbortSignal;
}

/** HTTP to one engine: bounded in time, rejecting with problems only. Statuses are the caller's business. */
export interface Connection {
  /** Resolves when the headers are there. */
  send(exchange: Exchange): Promise<IncomingMessage>;
  /** Resolves to the raw connection, or to the answer when the engine does not upgrade. */
  upgrade(exchange: Exchange): Promise<{ readonly socket: Duplex } | { readonly refusal: IncomingMessage }>;
  /** Closes idle connections now and busy ones when they are done. */
  close(): void;
}

/** Opens nothing by itself. */
export function createConnection(address: EngineAddress, connectMs: number): Connection {
  const wire = createWire(address, connectMs);
  return {
    send: (exchange) => sendOnce(wire, exchange, isRepeatable(exchange) ? wire.kept : wire.fresh),
    upgrade: (exchange) => upgrade(wire, exchange),
    close: () => closeWire(wire),
  };
}

/** Only these share kept connections: one of them that met a dead connection can be sent again without harm. */
function isRepeatable({ method }: Exchange): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'DELETE';
}

async function sendOnce(wire: Wire, exchange: Exchange, agent: Agent): Promise<IncomingMessage> {
  const request = begin(wire, exchange, agent);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.on('response', resolve).on('error', reject);
      writeBody(request, exchange, reject);
    });
    if (exchange.mayRest) response.socket.setTimeout(0);
    return response;
  } catch (error) {
    if (request.reusedSocket && isReset(error)) return sendOnce(wire, exchange, wire.fresh);
    throw renderFailure(error, exchange);
  }
}

async function upgrade(
  wire: Wire,
  exchange: Exchange,
): Promise<{ readonly socket: Duplex } | { readonly refusal: IncomingMessage }> {
  const headers = { ...exchange.headers, connection: 'Upgrade', upgrade: 'tcp' };
  const request = begin(wire, { ...exchange, headers }, false);
  try {
    return await new Promise((resolve, reject) => {
      request.on('response', (refusal) => resolve({ refusal }));
      request.on('upgrade', (_response, socket, head) => {
        socket.setTimeout(0);
        // The engine's first bytes may have come in one packet with its headers.
        if (head.length > 0) socket.unshift(head);
        resolve({ socket });
      });
      request.on('error', reject);
      writeBody(request, exchange, reject);
    });
  } catch (error) {
    throw renderFailure(error, exchange);
  }
}

function begin(wire: Wire, exchange: Exchange, agent: Agent | false): ClientRequest {
  const { method, path, headers, signal, doing, silenceMs } = exchange;
  const request = wire.request({ ...wire.place, agent, method, path, headers, ...(signal && { signal }) });
  let response: IncomingMessage | undefined;
  request.on('response', (answer) => (response = answer));
  // Once there is an answer, only its own reader is told why it ends.
  request.setTimeout(silenceMs, () => (response ?? request).destroy(renderSilence(doing, silenceMs)));
  request.on('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => request.destroy(renderConnectTimeout(doing, wire.connectMs)), wire.connectMs);
    const isOpen = () => clearTimeout(timer);
    socket.once('connect', isOpen).once('close', isOpen);
  });
  return request;
}

/** The source is watched too: when it breaks off, the request only says that its connection broke. */
function writeBody(request: ClientRequest, { body, doing }: Exchange, reject: (problem: Problem) => void): void {
  if (body === undefined || Buffer.isBuffer(body)) {
    request.end(body);
    return;
  }
  const breakOff = (cause?: unknown) => reject(renderBrokenSource(doing, cause));
  if (body.destroyed) {
    breakOff(body.errored ?? undefined);
    return void request.destroy();
  }
  body.on('error', breakOff).on('close', () => body.readableEnded || breakOff());
  pipeline(body, request, () => {});
}

function renderFailure(error: unknown, { doing, signal }: Exchange): Problem {
  return signal?.aborted ? renderCancelled(doing, signal) : renderConnectionProblem(error, doing);
}
