import { isProblem } from '@berth/spec/problem';
import type { App } from '../core/app.ts';
import type { LifeEnd } from '../core/app-life.ts';
import { endOfLife, expireApp } from '../use-cases/expire-app.ts';
import type { World } from './world.ts';

/** A clock that was set, or a machine that slept, is noticed by then. */
const longestWaitMs = 60_000;
/** Until what could not be asked, or not be done, is tried again. */
const retryMs = 2_000;

/** Ends apps whose life is over. It waits for the first of their ends, and does nothing where no app has one. */
export class Sweeper {
  readonly #world: World;
  #dueAt = Infinity;
  #cancel = (): void => {};
  #isStopped = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** Looks at every app: the picture of an engine is whole. */
  markAll(): void {
    for (const app of this.#world.ledger.books.apps.values()) this.mark(app.id);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** The app, or the picture of it, has changed. */
  mark(appId: string): void {
    const app = this.#world.ledger.books.apps.get(appId);
    const end = app === undefined ? null : this.#endOf(app);
    if (end !== null) this.#waitUntil(end.at);
  }

  /** Of an engine that does not answer nothing is known, and nothing can be done there. */
  #endOf(app: App): LifeEnd | null {
    return this.#world.fleet.engine(app.engine).connected ? endOfLife(this.#world, app) : null;
  }

  #waitUntil(at: number): void {
    if (at >= this.#dueAt || this.#isStopped) return;
    const { clock } = this.#world;
    this.#cancel();
    this.#dueAt = at;
    this.#cancel = clock.after(Math.min(Math.max(at - clock.now(), 0), longestWaitMs), () => {
      this.#dueAt = Infinity;
      void this.#sweep();
    });
  }

  async #sweep(): Promise<void> {
    const { clock, ledger } = this.#world;
    const isUseKnown = await this.#askForUse();
    const over = this.#over().filter(({ life }) => isUseKnown || life.idleSeconds === undefined);
    await Promise.all(over.map((app) => this.#expire(app)));
    const retryAt = clock.now() + retryMs;
    for (const app of ledger.books.apps.values()) {
      const end = this.#endOf(app);
      if (end !== null) this.#waitUntil(end.at > clock.now() ? end.at : retryAt);
    }
  }

  #over(): App[] {
    const { clock, ledger } = this.#world;
    return [...ledger.books.apps.values()].filter((app) => (this.#endOf(app)?.at ?? Infinity) <= clock.now());
  }

  /** False when the edge does not say who is used: then nobody is taken to be idle. */
  async #askForUse(): Promise<boolean> {
    if (this.#over().every(({ life }) => life.idleSeconds === undefined)) return true;
    try {
      await this.#world.use.refresh();
      return true;
    } catch {
      return false;
    }
  }

  async #expire(app: App): Promise<void> {
    try {
      await expireApp(this.#world, app.id);
    } catch (error) {
      const isTemporary = isProblem(error) && error.retryable;
      this.#world.log[isTemporary ? 'debug' : 'error']({ app: app.name, error }, 'not ended yet');
    }
  }
}
