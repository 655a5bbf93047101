import { Problem } from '@berth/spec/problem';
import type { Clock } from '../../ports/clock.ts';
import type { AcmeAnswer, AcmeSession } from './acme-session.ts';
import { retryAfter } from './refusal.ts';

const deadlineMs = 180_000;
const firstPauseMs = 250;
const longestPauseMs = 10_000;

interface Poll {
  readonly url: string;
  /** True: the authority has decided. */
  readonly isOver: (answer: AcmeAnswer) => boolean;
  /** Completes "The certificate authority still …". */
  readonly what: string;
  readonly signal: AbortSignal;
}

/** Reads a resource until the authority has decided, as often as it likes (`Retry-After`). Rejects with `authority-unreachable` at the deadline. */
export async function pollUntil(session: AcmeSession, { url, isOver, what, signal }: Poll): Promise<AcmeAnswer> {
  const { clock } = session;
  const end = clock.now() + deadlineMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.6, longestPauseMs)) {
    const answer = await session.post(url, null);
    if (isOver(answer)) return answer;
    const asked = Math.min(retryAfter(answer.answer.headers, clock.now()) ?? 0, deadlineMs / 2);
    if (clock.now() + Math.max(asked, pauseMs) > end)
      throw new Problem('authority-unreachable', `The certificate authority still ${what}. Berth asks again later.`);
    await pause(clock, Math.max(asked, pauseMs), signal);
  }
}

/** Rejects with the signal's reason as soon as it aborts. */
function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  signal.throwIfAborted();
  const abort = (): void => {
    cancel();
    reject(signal.reason);
  };
  const cancel = clock.after(delayMs, () => {
    signal.removeEventListener('abort', abort);
    resolve();
  });
  signal.addEventListener('abort', abort, { once: true });
  return promise;
}
