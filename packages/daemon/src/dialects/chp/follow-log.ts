import { closeSync, openSync, readSync, watch } from 'node:fs';
import type { ChpLog } from './chp-log.ts';

const PIECE_BYTES = 65_536;

/** Says what the edge, which is another process, writes to its log from now on. The result ends it. */
export function followLog(file: string, say: ChpLog): () => void {
  const descriptor = openSync(file, 'r');
  const piece = Buffer.alloc(PIECE_BYTES);
  let rest = '';
  const read = (): void => {
    for (let size = readSync(descriptor, piece); size > 0; size = readSync(descriptor, piece)) {
      const lines = (rest + piece.toString('utf8', 0, size)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) sayLine(line, say);
    }
  };
  const watcher = watch(file, read);
  read();
  return () => {
    watcher.close();
    closeSync(descriptor);
  };
}

/** What is usual for the edge is of interest to nobody here. */
function sayLine(line: string, say: ChpLog): void {
  const { level, message, time: _time, room: _room, ...facts } = parseLine(line);
  const details = Object.entries(facts).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  say(level === 'error' || level === 'warn' ? level : 'debug', ['edge:', message, ...details].join(' '));
}

function parseLine(line: string): {
  readonly level?: unknown;
  readonly message: unknown;
  readonly time?: unknown;
  readonly room?: unknown;
} {
  try {
    return { message: '', ...(JSON.parse(line) as object) };
  } catch {
    return { message: line };
  }
}
