import { isProblem } from '@berth/spec/problem';
import type { LogLine } from '@berth/spec/stats';
import type { Engine, LogOptions } from '../ports/engine.ts';

/** What one instance wrote. One that was removed meanwhile has no more to say. */
export async function* readInstanceLog(
  engine: Engine,
  instance: string,
  options: LogOptions,
): AsyncGenerator<LogLine, void> {
  try {
    for await (const line of engine.containers.logs(instance, options)) yield { instance, ...line };
  } catch (error) {
    if (!isProblem(error, 'instance-not-found')) throw error;
  }
}

type LogStream = AsyncGenerator<LogLine, void>;

interface Head {
  readonly stream: LogStream;
  readonly line: LogLine;
}

/** The lines of all streams, each of them in order, in the order of time. One line of each stream is held. */
export async function* mergeLogs(streams: readonly LogStream[]): LogStream {
  try {
    const first = await Promise.all(streams.map(readHead));
    let heads = first.flat();
    while (heads.length > 0) {
      const oldest = heads.reduce((best, head) => (isOlder(head.line, best.line) ? head : best));
      yield oldest.line;
      const [next] = await readHead(oldest.stream);
      heads = heads.flatMap((head) => (head === oldest ? (next ?? []) : head));
    }
  } finally {
    await Promise.allSettled(streams.map((stream) => stream.return()));
  }
}

async function readHead(stream: LogStream): Promise<Head[]> {
  const next = await stream.next();
  return next.done === true ? [] : [{ stream, line: next.value }];
}

/** Engine timestamps in UTC, to compare as text: the sign for UTC sorts behind digits, so fractions of any length need it away. */
export function timeOf(line: Pick<LogLine, 'at'>): string {
  return (line.at ?? '').replace(/Z$/, '');
}

function isOlder(one: LogLine, other: LogLine): boolean {
  return timeOf(one) < timeOf(other);
}
