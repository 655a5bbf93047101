import { Problem } from '@berth/spec/problem';
import type { Clock } from '../../../ports/clock.ts';
import type { StreamQueue } from './stream-queue.ts';

type Breakable = Pick<StreamQueue<unknown>, 'end'>;

/** All a caller's words go through here, so that a test can make the engine slow, broken or gone. */
export class Gate {
  readonly #engine: string;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #open = new Set<Breakable>();
  readonly #failures = new Map<string, Problem[]>();
  readonly #counts = new Map<string, number>();
  #isReachable = true;
  #delayMs = 0;

  constructor(engine: string, clock: Pick<Clock, 'after'>) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** The call, kept behind the gate. */
  guard<Args extends unknown[], Result>(
    call: string,
    perform: (...args: Args) => Result | Promise<Result>,
  ): (...args: Args) => Promise<Result> {
    return async (...args) => {
      await this.pass(call);
      return perform(...args);
    };
  }

  async pass(call: string): Promise<void> {
    this.#counts.set(call, this.count(call) + 1);
    if (this.#delayMs > 0) await new Promise<void>((resolve) => this.#clock.after(this.#delayMs, resolve));
    if (!this.#isReachable) throw this.#renderUnreachable();
    const failure = this.#failures.get(call)?.shift();
    if (failure !== undefined) throw failure;
  }

  /** A stream that breaks when the engine goes away. */
  async *hold<Item>(queue: StreamQueue<Item>, signal: AbortSignal): AsyncGenerator<Item, void> {
    this.#open.add(queue);
    try {
      yield* queue.read(signal);
    } finally {
      this.#open.delete(queue);
    }
  }

  setReachable(isReachable: boolean): void {
    this.#isReachable = isReachable;
    if (isReachable) return;
    for (const queue of this.#open) queue.end(this.#renderUnreachable());
  }

  setDelay(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  failNext(call: string, problem: Problem): void {
    this.#failures.set(call, [...(this.#failures.get(call) ?? []), problem]);
  }

  count(call: string): number {
    return this.#counts.get(call) ?? 0;
  }

  #renderUnreachable(): Problem {
    return new Problem('engine-unreachable', `The engine "${this.#engine}" does not answer. Check that it runs.`);
  }
}
