import { execFile } from 'node:child_process';
import { Problem } from '@berth/spec/problem';
import type { DnsProvider } from '../../ports/dns-provider.ts';

export interface ExecOptions {
  /** The program and its first words. */
  readonly command: readonly string[];
  /** The whole environment of the program. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

const mostOutputBytes = 64 * 1024;
const longestComplaint = 300;

/** Writes records by a program, called with `put` or `remove`, the name and the value behind its own words; no shell is between. */
export function createExecProvider(options: ExecOptions): DnsProvider {
  return {
    put: (name, value) => run(options, ['put', name, value]),
    remove: (name, value) => run(options, ['remove', name, value]),
  };
}

function run({ command, environment, timeoutMs }: ExecOptions, order: readonly string[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const [program = '', ...words] = command;
  const settings = {
    env: { ...environment },
    cwd: '/',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: mostOutputBytes,
  } as const;
  execFile(program, [...words, ...order], settings, (error, _, complaint) => {
    if (error === null) resolve();
    else reject(failed(error, complaint, timeoutMs));
  });
  return promise;
}

type ExecFailure = NonNullable<Parameters<NonNullable<Parameters<typeof execFile>[3]>>[0]>;

/** Its words may hold what is nobody's business: they go into the log, as the cause, and no further. */
function failed(error: ExecFailure, complaint: string, timeoutMs: number): Problem {
  const words = complaint
    .replaceAll(/\p{C}+/gu, ' ')
    .trim()
    .slice(-longestComplaint);
  const detail = `The program of edge.acme.dns.exec ${describe(error, timeoutMs)}. Berth’s log has its last words.`;
  return new Problem('dns-provider-failed', detail, { cause: new Error(words === '' ? error.message : words) });
}

function describe(error: ExecFailure, timeoutMs: number): string {
  if (error.killed === true) return `took longer than ${timeoutMs / 1000} s`;
  if (typeof error.code === 'string') return `cannot be run (${error.code})`;
  return `ended with ${error.code ?? error.signal ?? 'a failure'}`;
}
