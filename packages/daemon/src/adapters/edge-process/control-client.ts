import { once } from 'node:events';
import { type IncomingMessage, request as openRequest } from 'node:http';
import { type EdgeCall, type EdgeHello, edgeCalls } from '../../core/edge-control.ts';

const HELLO_MS = 2_000;

/** A connection that stands for as long as both processes live. */
export interface Session {
  readonly hello: EdgeHello;
  /** Resolves when the edge is gone, or after `close`. */
  readonly ended: Promise<void>;
  /** Calls back with each line that comes behind the hello. */
  onLine(listener: (line: string) => void): void;
  close(): void;
}

export interface Order {
  readonly call: EdgeCall;
  readonly body?: unknown;
  readonly timeoutMs: number;
}

/** The edge's word against an order; `code` is that of its answer, if there is one. */
export class OrderRefused extends Error {
  override readonly name = 'OrderRefused';
  readonly code: string | undefined;

  constructor(answer: { readonly error?: string; readonly code?: string }) {
    super(answer.error);
    this.code = answer.code;
  }
}

/** Rejects when nobody takes orders at the socket. */
export async function openSession(socketPath: string): Promise<Session> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error('no hello in time')), HELLO_MS);
  try {
    const answer = await send(socketPath, edgeCalls.session, { signal: deadline.signal });
    const lines = new Lines(answer);
    const hello = await readHello(answer, lines, deadline.signal);
    const ended = new Promise<void>((resolve) => void answer.once('close', () => resolve()));
    return { hello, ended, close: () => void answer.destroy(), onLine: (listener) => lines.listen(listener) };
  } finally {
    clearTimeout(timer);
  }
}

/** The parsed answer. Rejects when the edge does not answer in time, or with an `OrderRefused`. */
export async function giveOrder(socketPath: string, { call, body, timeoutMs }: Order): Promise<unknown> {
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = await send(socketPath, call, { signal, body: JSON.stringify(body) });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
  if (answer.statusCode !== 200) throw new OrderRefused(value as ConstructorParameters<typeof OrderRefused>[0]);
  return value;
}

async function send(
  socketPath: string,
  { method, path }: EdgeCall,
  { signal, body }: { signal: AbortSignal; body?: string | undefined },
): Promise<IncomingMessage> {
  const request = openRequest({ socketPath, method, path, agent: false, signal });
  request.end(body);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  // The end of a session is no error, whichever way it comes.
  request.on('error', () => undefined);
  answer.on('error', () => undefined);
  return answer;
}

/** The lines of an answer that goes on flowing, so that its end is seen. */
class Lines {
  #rest = '';
  #waiting: string[] = [];
  #listener: ((line: string) => void) | undefined;

  constructor(answer: IncomingMessage) {
    answer.setEncoding('utf8').on('data', (part: string) => {
      const lines = (this.#rest + part).split('\n');
      this.#rest = lines.pop() ?? '';
      this.#waiting.push(...lines);
      this.#tell();
    });
  }

  /** The first one, once it has come. */
  take(): string | undefined {
    return this.#waiting.shift();
  }

  listen(listener: (line: string) => void): void {
    this.#listener = listener;
    this.#tell();
  }

  #tell(): void {
    if (this.#listener === undefined) return;
    const told = this.#waiting;
    this.#waiting = [];
    for (const line of told) this.#listener(line);
  }
}

async function readHello(answer: IncomingMessage, lines: Lines, signal: AbortSignal): Promise<EdgeHello> {
  for (;;) {
    const line = lines.take();
    if (line !== undefined) return JSON.parse(line) as EdgeHello;
    await Promise.race([once(answer, 'data', { signal }), once(answer, 'end', { signal }).then(refuseEnd)]);
  }
}

function refuseEnd(): never {
  throw new Error('the edge said no hello');
}
