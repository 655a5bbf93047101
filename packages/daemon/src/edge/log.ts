const QUIET_MS = 1_000;

export type Facts = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Writes one line; the same message again within a second is only counted. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, facts?: Facts) => void;

interface Habit {
  quietUntilMs: number;
  suppressed: number;
}

/** JSON lines to `write`. Messages are fixed sentences, so that they can be counted; what varies goes into the facts. */
export function createLog(write: (line: string) => void, now: () => number = Date.now): Log {
  const habits = new Map<string, Habit>();
  return (level, message, facts = {}) => {
    const timeMs = now();
    const habit = habits.get(message);
    if (habit !== undefined && timeMs < habit.quietUntilMs) {
      habit.suppressed += 1;
      return;
    }
    const suppressed = habit === undefined || habit.suppressed === 0 ? {} : { suppressed: habit.suppressed };
    habits.set(message, { quietUntilMs: timeMs + QUIET_MS, suppressed: 0 });
    write(
      `${JSON.stringify({ level, time: new Date(timeMs).toISOString(), room: 'edge', message, ...facts, ...suppressed })}\n`,
    );
  };
}

/** What may be logged of anything thrown. */
export function errorFacts(error: unknown): Facts {
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  return { error: message === undefined || message === '' ? (code ?? String(error)) : message };
}
