import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { EdgeStart } from '../../core/edge-control.ts';
import type { Listener } from '../door/listener.ts';
import type { Estate, WordToPredecessor, WordToSuccessor } from './message.ts';

const START_MS = 15_000;

/** What is done for a successor while this edge lets end what is under way. */
export interface Service {
  drain(instance: string, graceMs: number): Promise<void>;
  stop(graceMs: number): void;
}

/** Why no other edge took over; this one goes on. */
export class SuccessionError extends Error {
  override readonly name = 'SuccessionError';
  /** `address-taken`: the new one cannot have an address as long as this one has its own. `under-way`: one takes over already. */
  readonly code: 'address-taken' | 'under-way' | 'failed';

  constructor(reason: string, code: SuccessionError['code'] = 'failed') {
    super(reason);
    this.code = code;
  }
}

/**
 * Starts another edge and hands it what this one has. Resolves with its process id once it takes visitors and orders;
 * rejects with a `SuccessionError` when it does not come up, and ends it.
 */
export async function handOver(
  start: EdgeStart,
  { estate, listeners, service }: { estate: Estate; listeners: readonly Listener[]; service: Service },
): Promise<number> {
  const places = listeners.map(({ wish, scheme }) => ({ wish, scheme }));
  const child = spawn(start.nodePath, [...start.argv, `--inherits=${JSON.stringify(places)}`], {
    cwd: '/',
    env: start.env,
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const late = new AbortController();
  const deadline = delay(START_MS, undefined, { signal: late.signal }).then(() => {
    throw new SuccessionError('It did not come up in time.');
  });
  try {
    await Promise.race([instate(child, estate, listeners), deadline]);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    deadline.catch(() => undefined);
    late.abort();
  }
  serve(child, service);
  return child.pid ?? 0;
}

async function instate(child: ChildProcess, estate: Estate, listeners: readonly Listener[]): Promise<void> {
  await hear(child, 'prepared');
  say(child, { kind: 'estate', estate });
  for (const { wish, scheme, server } of listeners) child.send({ kind: 'listener', wish, scheme }, server);
  await hear(child, 'ready');
}

/** Rejects when it says that it failed, or ends. */
async function hear(child: ChildProcess, kind: 'prepared' | 'ready'): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const listen = (word: WordToPredecessor): void => {
    if (word.kind === kind) resolve();
    if (word.kind === 'failed')
      reject(new SuccessionError(word.reason, word.isAddressTaken ? 'address-taken' : 'failed'));
  };
  const fail = (error: Error): void => reject(new SuccessionError(error.message));
  const end = (code: number | null): void => reject(new SuccessionError(`It ended with ${code ?? 'a signal'}.`));
  child.on('message', listen).on('error', fail).on('exit', end);
  try {
    await promise;
  } finally {
    child.off('message', listen).off('error', fail).off('exit', end);
  }
}

/** For as long as this process is there. */
function serve(child: ChildProcess, service: Service): void {
  child.on('error', () => undefined);
  child.on('message', (word: WordToPredecessor) => {
    if (word.kind === 'stop') service.stop(word.graceMs);
    if (word.kind !== 'drain') return;
    const { id, instance, graceMs } = word;
    void service.drain(instance, graceMs).then(() => say(child, { kind: 'drained', id }));
  });
}

function say(child: ChildProcess, word: WordToSuccessor): void {
  if (child.connected) child.send(word);
}
