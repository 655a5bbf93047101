import type { Clock } from '../../../ports/clock.ts';

/** What a program sees of the world. */
export interface MemoryProcess {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly stdin: AsyncIterable<Buffer>;
  readonly write: (stream: 'stdout' | 'stderr', text: string | Buffer) => void;
  /** Undefined when there is no such file. */
  readonly readFile: (path: string) => Buffer | undefined;
  readonly sleep: (ms: number) => Promise<void>;
  /** Of the first signal of these that arrives from now on. */
  readonly nextSignal: (...signals: readonly string[]) => Promise<string>;
}

/** Something that runs: resolves to its exit code. SIGKILL ends it, other signals do what it makes of them. */
export type MemoryProgram = (process: MemoryProcess) => Promise<number>;

/** Runs until it is asked to end, and ends well. */
export const runUntilStopped: MemoryProgram = async (process) => {
  await process.nextSignal('SIGTERM', 'SIGINT', 'SIGQUIT');
  return 0;
};

/** A running program. */
export interface RunningProgram {
  /** The exit code. */
  readonly ended: Promise<number>;
  signal(name: string): void;
  pause(): void;
  unpause(): void;
  /** As if it had ended by itself. */
  end(exitCode: number): void;
}

type World = Omit<MemoryProcess, 'sleep' | 'nextSignal'>;

const KILLED = 137;
const BROKEN = 1;

/** A program that throws ends with 1. What it writes after its end is lost. */
export function runProgram(program: MemoryProgram, world: World, clock: Pick<Clock, 'after'>): RunningProgram {
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  const waiting = new Set<{ readonly signals: readonly string[]; readonly arrive: (name: string) => void }>();
  let moving = Promise.withResolvers<void>();
  moving.resolve();
  let hasEnded = false;
  const write: World['write'] = (stream, text) => {
    if (!hasEnded) world.write(stream, text);
  };
  const sleep = async (ms: number) => {
    await new Promise<void>((resolve) => clock.after(ms, resolve));
    await moving.promise;
  };
  const nextSignal = (...signals: readonly string[]) =>
    new Promise<string>((arrive) => waiting.add({ signals, arrive }));
  const finish = (exitCode: number) => {
    hasEnded = true;
    end(exitCode);
  };
  void program({ ...world, write, sleep, nextSignal })
    .catch(() => BROKEN)
    .then(async (exitCode) => {
      await moving.promise;
      return finish(exitCode);
    });
  return {
    ended,
    signal(name) {
      if (name === 'SIGKILL') finish(KILLED);
      for (const waiter of waiting) if (waiter.signals.includes(name)) waiter.arrive(name);
    },
    pause: () => void (moving = Promise.withResolvers()),
    unpause: () => moving.resolve(),
    end: finish,
  };
}
