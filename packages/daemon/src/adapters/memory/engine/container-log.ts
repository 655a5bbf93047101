import type { ContainerLogLine, LogOptions } from '../../../ports/engine.ts';
import type { Gate } from './gate.ts';
import { StreamQueue } from './stream-queue.ts';

const KEPT_LINES = 5_000;
const LONGEST_LINE_BYTES = 16 * 1024;
const LINE_END = 0x0a;

type Stream = ContainerLogLine['stream'];

interface KeptLine extends ContainerLogLine {
  readonly atMs: number;
}

/** What a container said, over all its lives. */
export class ContainerLog {
  readonly #now: () => number;
  readonly #followers = new Set<StreamQueue<ContainerLogLine>>();
  readonly #open: Record<Stream, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  #lines: KeptLine[] = [];
  #lastMs = 0;
  #withinMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  write(stream: Stream, data: Buffer): void {
    let rest = Buffer.concat([this.#open[stream], data]);
    for (let end = findEnd(rest); end > 0; end = findEnd(rest)) {
      this.#add(stream, rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    this.#open[stream] = rest;
  }

  /** The program has ended: what stands without an end of line is a line, and followers have heard all. */
  close(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#open[stream].length > 0) this.#add(stream, this.#open[stream]);
      this.#open[stream] = Buffer.alloc(0);
    }
    for (const follower of this.#followers) follower.end();
    this.#followers.clear();
  }

  /** `isAlive` tells whether there is more to come. */
  async *read(gate: Gate, options: LogOptions, isAlive: boolean): AsyncGenerator<ContainerLogLine, void> {
    const queue = new StreamQueue<ContainerLogLine>();
    for (const { stream, at, line } of this.#select(options)) queue.push({ stream, at, line });
    if (options.follow && isAlive) this.#followers.add(queue);
    else queue.end();
    try {
      yield* gate.hold(queue, options.signal);
    } finally {
      this.#followers.delete(queue);
    }
  }

  #select({ tail, sinceMs = 0, untilMs = Infinity }: LogOptions): KeptLine[] {
    const lines = this.#lines.filter(({ atMs }) => atMs >= sinceMs && atMs <= untilMs);
    return tail === undefined ? lines : lines.slice(Math.max(0, lines.length - tail));
  }

  #add(stream: Stream, bytes: Buffer): void {
    const atMs = this.#now();
    this.#withinMs = atMs === this.#lastMs ? this.#withinMs + 1 : 0;
    this.#lastMs = atMs;
    const at = new Date(atMs).toISOString().replace('Z', `${String(this.#withinMs).padStart(6, '0')}Z`);
    const line = { stream, at, line: bytes.toString().replace(/\r?\n$/, '') };
    this.#lines.push({ ...line, atMs });
    if (this.#lines.length > 2 * KEPT_LINES) this.#lines = this.#lines.slice(-KEPT_LINES);
    for (const follower of this.#followers) follower.push(line);
  }
}

/** Where the first line or the part of a too long one ends; 0 when it is not there yet. */
function findEnd(bytes: Buffer): number {
  const end = bytes.indexOf(LINE_END) + 1;
  return end > 0 && end <= LONGEST_LINE_BYTES ? end : bytes.length > LONGEST_LINE_BYTES ? LONGEST_LINE_BYTES : 0;
}
