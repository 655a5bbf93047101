import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe } from 'vitest';

const PROGRAM = '/usr/bin/http';

/** What httpie printed of an answer. */
export interface HttpieAnswer {
  readonly status: number;
  readonly text: string;
}

/** A group of tests that need httpie; skipped with a word where it is not installed, but in CI. */
export function describeWithHttpie(title: string, define: () => void): void {
  const isThere = existsSync(PROGRAM);
  if (!isThere && process.env['CI'] !== undefined) throw new Error('In CI the package httpie must be installed.');
  if (!isThere) console.warn('Tests that need httpie are skipped: install the package httpie.');
  describe.skipIf(!isThere)(title, define);
}

/** Runs `http` with these words, as a person's shell would hand them over. */
export async function http(...words: readonly string[]): Promise<HttpieAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = { timeout: 110_000, maxBuffer: 16 << 20 };
  const given = ['--ignore-stdin', '--print=hb', '--pretty=none', '--timeout=100', ...words];
  execFile(PROGRAM, given, options, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  const printed = await promise;
  const end = printed.search(/\r?\n\r?\n/);
  const status = /^HTTP\/\S+ (\d{3})/.exec(printed)?.[1];
  return { status: Number(status), text: printed.slice(end).trim() };
}
