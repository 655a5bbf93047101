import type { Readable, Writable } from 'node:stream';

/** A stream that may be a terminal. */
type MaybeTerminal<Stream> = Stream & { readonly isTTY?: boolean };

export type OutputStream = MaybeTerminal<Writable> & { readonly columns?: number; readonly rows?: number };

type InputStream = MaybeTerminal<Readable> & { setRawMode?(isRaw: boolean): unknown };

/** All that commands know of the machine they run on; main reads it once. */
export interface Surroundings {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  readonly homeFolder: string;
  readonly input: InputStream;
  readonly output: OutputStream;
  readonly errorOutput: OutputStream;
  /** Of this package. */
  readonly version: string;
  /** The Node that runs this. */
  readonly node: string;
  readonly fetch: typeof globalThis.fetch;
  /** Epoch milliseconds. */
  now(): number;
}
