import { setTimeout as delay } from 'node:timers/promises';

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 200;

type Falsy = undefined | null | false | 0 | '';

export interface Deadline {
  readonly deadlineMs: number;
  /** Completes the sentence "Waited … ms for …". */
  readonly what?: string;
}

/**
 * The first true value of the condition; a condition that throws counts as not yet true.
 * Rejects at the deadline with the last error as its cause.
 */
export async function waitFor<Value>(
  condition: () => Value | Promise<Value>,
  { deadlineMs, what = 'a condition' }: Deadline,
): Promise<Exclude<Awaited<Value>, Falsy>> {
  const end = performance.now() + deadlineMs;
  let lastError: unknown;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    try {
      const value = await condition();
      if (value) return value as Exclude<Awaited<Value>, Falsy>;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > end) throw new Error(renderMiss(deadlineMs, what, lastError), { cause: lastError });
    await delay(pauseMs);
  }
}

function renderMiss(deadlineMs: number, what: string, lastError: unknown): string {
  const reason = lastError instanceof Error ? ` (last error: ${lastError.message})` : '';
  return `Waited ${deadlineMs} ms for ${what}${reason}`;
}
