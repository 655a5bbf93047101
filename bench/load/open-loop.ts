import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface OpenLoopPlan {
  readonly port: number;
  readonly request: Buffer;
  /** Of a whole answer, head and body. */
  readonly answerBytes: number;
  readonly perSecond: number;
  readonly seconds: number;
}

const BEAT_MS = 1;
const FIRST_CONNECTIONS = 32;
const MOST_CONNECTIONS = 1_000;
const SETTLE_MS = 200;
const LAST_MS = 10_000;
const READ_BYTES = 16 * 1024;

/**
 * Sends at a fixed rate, whether answers come or not: one that is late delays no other, for each request takes a
 * connection that is free, or a new one. What a slow moment costs is then seen in all requests that fall into it. When
 * there are no more connections a request waits, and its time counts from when it was due. Resolves to milliseconds until
 * each answer was whole, smallest first.
 */
export async function runOpenLoop(plan: OpenLoopPlan): Promise<Float64Array> {
  const loop = new OpenLoop(plan);
  await delay(SETTLE_MS);
  try {
    return await loop.run();
  } finally {
    loop.close();
  }
}

class OpenLoop {
  readonly #plan: OpenLoopPlan;
  /** What never came took for ever. */
  readonly #latencies: Float64Array;
  readonly #all: Line[] = [];
  readonly #free: Line[] = [];
  /** When they were due. */
  readonly #waiting: number[] = [];
  #due = 0;
  #answered = 0;
  #failure: Error | undefined;

  constructor(plan: OpenLoopPlan) {
    this.#plan = plan;
    this.#latencies = new Float64Array(Math.round(plan.perSecond * plan.seconds)).fill(Number.POSITIVE_INFINITY);
    for (let index = 0; index < FIRST_CONNECTIONS; index += 1) this.#free.push(this.#open());
  }

  async run(): Promise<Float64Array> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const began = performance.now();
    const lastMs = this.#plan.seconds * 1000 + LAST_MS;
    const beating = setInterval(() => {
      const sinceMs = performance.now() - began;
      this.#sendDue(sinceMs);
      const isOver = this.#answered === this.#latencies.length || sinceMs > lastMs || this.#failure !== undefined;
      if (isOver) resolve();
    }, BEAT_MS);
    await promise;
    clearInterval(beating);
    if (this.#failure !== undefined) throw this.#failure;
    return this.#latencies.toSorted();
  }

  close(): void {
    for (const { socket } of this.#all) socket.destroy();
  }

  #sendDue(sinceMs: number): void {
    const due = Math.min(this.#latencies.length, Math.floor((sinceMs / 1000) * this.#plan.perSecond));
    for (; this.#due < due; this.#due += 1) {
      const line = this.#free.pop() ?? (this.#all.length < MOST_CONNECTIONS ? this.#open() : undefined);
      if (line === undefined) this.#waiting.push(performance.now());
      else this.#send(line, performance.now());
    }
  }

  #send(line: Line, at: number): void {
    line.leftBytes = this.#plan.answerBytes;
    line.dueAt = at;
    line.socket.write(this.#plan.request);
  }

  #open(): Line {
    const callback = (size: number): boolean => this.#take(line, size);
    const onread = { buffer: Buffer.alloc(READ_BYTES), callback };
    const socket = connect({ host: '127.0.0.1', port: this.#plan.port, noDelay: true, onread });
    const line: Line = { socket, leftBytes: 0, dueAt: 0 };
    socket.on('error', (error) => (this.#failure ??= error));
    socket.on('end', () => (this.#failure ??= new Error('A kept connection was ended.')));
    this.#all.push(line);
    return line;
  }

  #take(line: Line, size: number): boolean {
    line.leftBytes -= size;
    if (line.leftBytes < 0) this.#failure ??= new Error('An answer was longer than it should be.');
    if (line.leftBytes !== 0) return true;
    this.#latencies[this.#answered] = performance.now() - line.dueAt;
    this.#answered += 1;
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(line);
    else this.#send(line, next);
    return true;
  }
}

interface Line {
  readonly socket: Socket;
  leftBytes: number;
  dueAt: number;
}

/** How many bytes head and body of an answer have: those of one contestant are all of the same size. */
export async function measureAnswer(port: number, request: Buffer): Promise<number> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.setTimeout(LAST_MS, () => socket.destroy(new Error('No whole answer came.')));
  socket.write(request);
  let answer = Buffer.alloc(0);
  for await (const part of socket) {
    answer = Buffer.concat([answer, part as Buffer]);
    const [head = '', rest] = answer.toString('latin1').split('\r\n\r\n');
    const size = Number(/^content-length: *(\d+)/im.exec(head)?.[1]) + head.length + 4;
    if (rest !== undefined && answer.length >= size) break;
  }
  return answer.length;
}

/** The value that this part of all values does not exceed. */
export function percentile(sorted: Float64Array, part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
