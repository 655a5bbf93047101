import type { App } from '../core/app.ts';
import { fineMs } from '../core/stats-series.ts';
import { runs } from '../use-cases/watch-stats.ts';
import type { World } from './world.ts';

/** Samples under way at one time: an engine of version 20 takes a second for each, whatever their number. */
const widthOfRound = 128;
/** Timers come so much too early at most. */
const earlyMs = 500;

/** Measures what runs, once in ten seconds, for the history; whoever asks meanwhile is answered from memory. */
export class StatsSampler {
  readonly #world: World;
  #cancel = (): void => {};
  #isStopped = false;

  constructor(world: World) {
    this.#world = world;
  }

  start(): void {
    this.#world.statsHistory.open();
    this.#wait();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** A round that takes longer than there is time has the next one wait. */
  #wait(): void {
    if (this.#isStopped) return;
    const { clock } = this.#world;
    const leftMs = fineMs - (clock.now() % fineMs);
    // A timer that came a little early is not to come twice.
    this.#cancel = clock.after(leftMs < earlyMs ? leftMs + fineMs : leftMs, () => {
      this.#measureAll().then(
        () => this.#wait(),
        (error: unknown) => {
          this.#world.log.error({ error }, 'what apps use was not measured');
          this.#wait();
        },
      );
    });
  }

  async #measureAll(): Promise<void> {
    const { clock, fleet, ledger, stats, statsHistory } = this.#world;
    const began = clock.now();
    const apps = [...ledger.books.apps.values()].filter(({ engine }) => fleet.engine(engine).connected);
    const running = new Set(apps.flatMap(({ id }) => fleet.instancesOf(id).filter(runs)).map(({ id }) => id));
    stats.forgetAllBut(running);
    const places = apps.flatMap((app) => this.#placesOf(app));
    await inTurns(places, widthOfRound, (place) => stats.measure(place));
    for (const app of apps) this.#note(app, began);
    statsHistory.prune(began, (appId) => ledger.books.apps.has(appId));
  }

  #placesOf({ id, engine }: App) {
    const running = this.#world.fleet.instancesOf(id).filter(runs);
    return running.map((instance) => ({ engine, instance: instance.id }));
  }

  #note({ id }: App, began: number): void {
    const { fleet, stats, statsHistory } = this.#world;
    const samples = fleet.instancesOf(id).flatMap((instance) => {
      const sample = runs(instance) ? stats.findMeasured(instance.id, began) : undefined;
      return sample === undefined ? [] : [[instance.id, sample] as const];
    });
    if (samples.length > 0) statsHistory.add(id, Math.round(began / fineMs) * fineMs, new Map(samples));
  }
}

async function inTurns<Item>(
  items: readonly Item[],
  width: number,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async () => {
      for (const item of left) await task(item);
    }),
  );
}
