import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findStartTick } from '../../scripts/private-engine/processes.ts';

/** Something that must not outlive the tests, however they end. */
export type Ward =
  | { readonly kind: 'engine'; readonly folder: string }
  | { readonly kind: 'process'; readonly pid: number; readonly startTick: string | undefined }
  | { readonly kind: 'folder'; readonly path: string };

const PROGRAM = fileURLToPath(new URL('guardian-process.ts', import.meta.url));

let guardian: ChildProcess | undefined;

/**
 * Has a process of its own take the ward away when this process ends, also by Ctrl-C or `kill -9`: a handler here would
 * not run then. Wards go in the reverse of their order; one that is gone already costs nothing.
 */
export function guard(ward: Ward): void {
  guardian ??= startGuardian();
  guardian.stdin?.write(`${JSON.stringify(ward)}\n`);
}

/** A process is guarded with the moment of its start: its pid may be given to a stranger later. */
export function guardProcess(pid: number): void {
  guard({ kind: 'process', pid, startTick: findStartTick(pid) });
}

/** The pipe is the sign of life: the kernel closes it with this process. */
function startGuardian(): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
  child.unref();
  // Neither the child nor its pipe may keep this process alive; the type of a pipe does not tell that it is a socket.
  if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  child.stdin?.on('error', () => {});
  return child;
}
