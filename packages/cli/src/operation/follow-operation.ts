import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '@berth/spec/operation';
import type { Daemon } from '../connection/daemon.ts';
import { unreachable } from '../connection/unreachable.ts';
import { Failure } from '../failure.ts';

const patienceMs = 60_000;
const pauseMs = 500;

/** What the one who follows is told: how the operation is, or that the daemon does not answer just now. */
export type Progress = Operation | 'silence';

/**
 * An operation as it changes, and last as it ended. It runs on when the connection breaks, so a daemon that restarts is
 * waited for, but not longer than a minute.
 */
export async function* followOperation(
  daemon: Daemon,
  id: string,
  clock: { now(): number },
): AsyncGenerator<Progress, void> {
  let heardAt = clock.now();
  for (;;) {
    try {
      for await (const operation of readOperation(daemon, id)) {
        heardAt = clock.now();
        yield operation;
      }
      return;
    } catch (error) {
      if (!isPassing(error) || clock.now() - heardAt > patienceMs) throw error;
      yield 'silence';
    }
    await delay(pauseMs);
  }
}

/** Ends behind the operation's last state; a stream that ends before is silence. */
async function* readOperation(daemon: Daemon, id: string): AsyncGenerator<Operation, void> {
  for await (const { data } of daemon.follow({ path: `/v1/operations/${encodeURIComponent(id)}/events` })) {
    const operation = JSON.parse(data) as Operation;
    yield operation;
    if (operation.state !== 'running') return;
  }
  throw unreachable(daemon.place, new Error('The stream ended too early.'));
}

/** Silence, or a daemon that is about to stop or has just begun. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  const { code, retryable } = error.complaint.document;
  return code === 'unreachable' || retryable === true;
}
