import type { Engine } from '../ports/engine.ts';
import { wakeApp } from '../use-cases/wake-app.ts';
import { Herald } from './herald.ts';
import { ImageKeeper } from './image-keeper.ts';
import { Lookout } from './lookout.ts';
import { Observer } from './observer.ts';
import { Prober } from './prober.ts';
import { rebuild } from './rebuild.ts';
import { Reconciler } from './reconciler.ts';
import { Recorder } from './recorder.ts';
import { Router } from './router.ts';
import { Sweeper } from './sweeper.ts';
import { Timekeeper } from './timekeeper.ts';
import type { World } from './world.ts';

const completeRetryMs = 20;

/** The whole of control: observes every engine, plans every app, performs, and tells the edge. */
export class ControlLoop {
  readonly #world: World;
  readonly #observers: readonly Observer[];
  readonly #prober: Prober;
  readonly #router: Router;
  readonly #reconciler: Reconciler;
  readonly #recorder: Recorder;
  readonly #herald: Herald;
  readonly #timekeeper: Timekeeper;
  readonly #sweeper: Sweeper;
  readonly #images: ImageKeeper;
  readonly #seen = new Set<string>();
  readonly #endings: (() => void)[] = [];
  #rebuilding: boolean;

  /** `rebuilding`: the store is new, so that what the engines hold is taken over first. */
  constructor(world: World, options: { rebuilding: boolean }) {
    this.#world = world;
    this.#rebuilding = options.rebuilding;
    const lookout = new Lookout(world);
    this.#prober = new Prober(world);
    this.#router = new Router(world);
    this.#recorder = new Recorder(world);
    this.#herald = new Herald(world);
    this.#sweeper = new Sweeper(world);
    this.#images = new ImageKeeper(world);
    this.#timekeeper = new Timekeeper(world, lookout);
    this.#reconciler = new Reconciler(world, { lookout, prober: this.#prober, router: this.#router });
    this.#observers = [...world.engines.values()].map((engine) => this.#observe(engine, lookout));
  }

  start(): void {
    const { ledger, fleet, edge, log } = this.#world;
    this.#endings.push(
      ledger.listen({
        onApps: (apps) => {
          for (const appId of apps) this.#onApp(appId);
        },
      }),
      fleet.listen((appId) => {
        this.#timekeeper.look(appId);
        this.#reconciler.mark(appId);
        this.#herald.mark(appId);
        this.#sweeper.mark(appId);
      }),
    );
    edge.onConnected(() => {
      this.#router.replay().catch((error: unknown) => log.warn({ error }, 'the edge did not take the routes'));
      this.#reconciler.markAll();
    });
    edge.onKnock((app) => {
      wakeApp(this.#world, app).catch((error: unknown) => log.warn({ app, error }, 'not started for a visitor'));
    });
    this.#timekeeper.start().catch((error: unknown) => log.error({ error }, 'uptime is not recorded'));
    this.#images.start();
    for (const observer of this.#observers) void observer.run();
  }

  /** Null when every engine's picture is whole, else which is not. */
  unready(): string | null {
    const absent = [...this.#world.engines.keys()].filter(
      (name) => !this.#world.fleet.engine(name).connected || !this.#seen.has(name),
    );
    return absent.length === 0 ? null : `No picture yet of: ${absent.join(', ')}.`;
  }

  /** Resolves when what was seen is written down. */
  async stop(): Promise<void> {
    for (const end of this.#endings) end();
    this.#sweeper.stop();
    for (const observer of this.#observers) observer.stop();
    this.#reconciler.stop();
    this.#prober.stop();
    this.#images.stop();
    await this.#timekeeper.stop().catch((error: unknown) => this.#world.log.warn({ error }, 'uptime is not written'));
  }

  #onApp(appId: string): void {
    this.#timekeeper.look(appId);
    this.#reconciler.markChanged(appId);
    this.#recorder.mark(appId);
    this.#herald.mark(appId);
    this.#sweeper.mark(appId);
  }

  #observe(engine: Engine, lookout: Lookout): Observer {
    return new Observer(this.#world, {
      engine,
      lookout,
      onEvent: (event) => this.#timekeeper.hear(event),
      onWhole: () => {
        this.#timekeeper.engineFound(engine.name);
        this.#herald.engine('engine.connected', `The engine "${engine.name}" answers.`);
        void this.#onWhole(engine);
      },
      onLost: (reason, sureUntil) => {
        this.#timekeeper.engineLost(engine.name, sureUntil);
        this.#herald.engine('engine.lost', `The engine "${engine.name}" does not answer: ${reason}`);
        for (const app of this.#world.ledger.books.apps.values())
          if (app.engine === engine.name) this.#herald.mark(app.id);
      },
    });
  }

  async #onWhole(engine: Engine): Promise<void> {
    try {
      if (this.#rebuilding) await rebuild(this.#world, engine);
    } catch (error) {
      this.#world.log.error({ error, engine: engine.name }, 'apps could not be rebuilt from labels');
    }
    this.#seen.add(engine.name);
    this.#sweeper.markAll();
    this.#images.look();
    this.#reconciler.markAll();
    if (this.#seen.size < this.#world.engines.size) return;
    this.#rebuilding = false;
    this.#completeRoutes();
  }

  /** Once every app has been planned; until then the edge keeps what it has. */
  #completeRoutes(): void {
    const { clock, log } = this.#world;
    const again = (): void => void clock.after(completeRetryMs, () => this.#completeRoutes());
    this.#router.complete().then(
      (done) => (done ? undefined : again()),
      (error: unknown) => log.warn({ error }, 'the edge did not take the routes'),
    );
  }
}
