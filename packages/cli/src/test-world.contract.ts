import { PassThrough, Readable, Writable } from 'node:stream';
import { runBerth } from './run-berth.ts';
import type { Surroundings } from './surroundings.ts';

/** Surroundings of a test: nothing of this machine but its network. */
export function testWorld(given: Partial<Surroundings> = {}): Surroundings {
  return {
    arguments: [],
    environment: {},
    workingFolder: '/nonexistent',
    homeFolder: '/nonexistent',
    input: Readable.from([]),
    output: new PassThrough(),
    errorOutput: new PassThrough(),
    version: '1.2.3',
    node: process.execPath,
    fetch: globalThis.fetch,
    now: Date.now,
    ...given,
  };
}

/** How a command line ended, and what it wrote. */
export interface Ending {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line as main does. `signal` is Ctrl-C. */
export async function runWords(
  words: readonly string[],
  given: Partial<Surroundings> = {},
  signal?: AbortSignal,
): Promise<Ending> {
  const [output, errorOutput] = [new Paper(), new Paper()];
  const world = testWorld({ arguments: words, output, errorOutput, ...given });
  const code = await runBerth(world, signal ?? new AbortController().signal);
  return { code, out: output.text, err: errorOutput.text };
}

/** A stream that remembers what was written. */
class Paper extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
