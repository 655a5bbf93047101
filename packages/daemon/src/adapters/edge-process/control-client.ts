import { once } from 'node:events';
import { type IncomingMessage, request as openRequest } from 'node:http';
import { type EdgeCall, type EdgeHello, edgeCalls } from '../../core/edge-control.ts';

const HELLO_MS = 2_000;

/** A connection that stands for as long as both processes live. */
export interface Session {
  readonly hello: EdgeHello;
  /** Resolves when the edge is gone, or after `close`. */
  readonly ended: Promise<void>;
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
    const hello = await readHello(answer, deadline.signal);
    const ended = new Promise<void>((resolve) => void answer.once('close', () => resolve()));
    return { hello, ended, close: () => void answer.destroy() };
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

/** The first line; the answer goes on flowing, so that its end is seen. */
async function readHello(answer: IncomingMessage, signal: AbortSignal): Promise<EdgeHello> {
  let text = '';
  answer.setEncoding('utf8').on('data', (part: string) => (text += part));
  while (!text.includes('\n'))
    await Promise.race([once(answer, 'data', { signal }), once(answer, 'end', { signal }).then(refuseEnd)]);
  return JSON.parse(text) as EdgeHello;
}

function refuseEnd(): never {
  throw new Error('the edge said no hello');
}
