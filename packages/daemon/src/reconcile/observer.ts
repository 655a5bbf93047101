import { isProblem, Problem } from '@berth/spec/problem';
import { label } from '../core/label.ts';
import type { Engine, EngineEvent } from '../ports/engine.ts';
import type { Lookout } from './lookout.ts';
import type { World } from './world.ts';

const firstRetryMs = 100;
const mostRetryMs = 2000;

/** Keeps the picture of one engine: its events tell what to look at, a periodic list corrects what they missed. */
export class Observer {
  readonly #world: World;
  readonly #engine: Engine;
  readonly #lookout: Lookout;
  readonly #onWhole: () => void;
  readonly #onLost: (reason: string, sureUntil: number) => void;
  readonly #onEvent: (event: EngineEvent) => void;
  readonly #stopping = new AbortController();
  readonly #inspecting = new Map<string, boolean>();
  #retryMs = firstRetryMs;

  /**
   * `onWhole` is called each time the picture has become whole after a (re)connection, `onLost` when it no longer is: with
   * the time, epoch milliseconds, until when it surely was.
   */
  constructor(
    world: World,
    parts: {
      engine: Engine;
      lookout: Lookout;
      onWhole: () => void;
      onLost: (reason: string, sureUntil: number) => void;
      onEvent: (event: EngineEvent) => void;
    },
  ) {
    this.#world = world;
    this.#engine = parts.engine;
    this.#lookout = parts.lookout;
    this.#onWhole = parts.onWhole;
    this.#onLost = parts.onLost;
    this.#onEvent = parts.onEvent;
  }

  /** Runs until `stop`; never rejects. */
  async run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#follow();
      } catch (error) {
        this.#lost(error);
      }
      await this.#pause(this.#retryMs);
      this.#retryMs = Math.min(mostRetryMs, this.#retryMs * 2);
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #follow(): Promise<void> {
    const description = await this.#engine.describe();
    const connection = new AbortController();
    const signal = AbortSignal.any([connection.signal, this.#stopping.signal]);
    const opened = Promise.withResolvers<void>();
    const events = this.#readEvents(signal, () => opened.resolve());
    try {
      await Promise.race([opened.promise, events]);
      await this.resync();
      this.#retryMs = firstRetryMs;
      this.#world.fleet.putEngine(this.#engine.name, {
        connected: true,
        reason: null,
        description,
        observedAt: this.#world.clock.now(),
      });
      this.#world.log.info({ engine: this.#engine.name, version: description.version }, 'engine connected');
      this.#onWhole();
      await Promise.race([events, this.#resyncRegularly(signal)]);
    } finally {
      connection.abort();
      await events.catch(() => {});
    }
  }

  async #readEvents(signal: AbortSignal, onOpen: () => void): Promise<void> {
    const labels = [`${label.site}=${this.#world.policy.site}`];
    for await (const event of this.#engine.events({ labels, signal, onOpen })) this.#take(event);
    if (!this.#stopping.signal.aborted && !signal.aborted)
      throw new Problem('engine-unreachable', 'The event stream ended.');
  }

  #take(event: EngineEvent): void {
    if (event.type !== 'container' || event.action.startsWith('exec_')) return;
    this.#onEvent(event);
    if (event.action === 'destroy') this.#world.fleet.remove(event.id);
    else void this.#look(event.id);
  }

  /** Inspects now; events that come meanwhile lead to one look more, not to many. */
  async #look(id: string): Promise<void> {
    if (this.#inspecting.has(id)) {
      this.#inspecting.set(id, true);
      return;
    }
    this.#inspecting.set(id, false);
    try {
      await this.#lookout.inspect(this.#engine.name, id);
    } catch (error) {
      if (error instanceof Problem && error.code === 'instance-not-found') this.#world.fleet.remove(id);
    }
    const again = this.#inspecting.get(id) === true;
    this.#inspecting.delete(id);
    if (again) await this.#look(id);
  }

  /** Lists everything; what the engine no longer has leaves the picture. */
  async resync(): Promise<void> {
    const before = new Set(this.#ownInstances());
    const containers = await this.#engine.containers.list([`${label.site}=${this.#world.policy.site}`]);
    for (const container of containers) {
      before.delete(container.id);
      this.#lookout.see(container, this.#engine.reach);
    }
    for (const id of before) this.#world.fleet.remove(id);
  }

  async #resyncRegularly(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#pause(this.#world.limits.resyncMs);
      if (signal.aborted) return;
      const [description] = await Promise.all([this.#engine.describe(), this.resync()]);
      const status = this.#world.fleet.engine(this.#engine.name);
      this.#world.fleet.putEngine(this.#engine.name, { ...status, description, observedAt: this.#world.clock.now() });
    }
  }

  #ownInstances(): string[] {
    const { fleet, ledger } = this.#world;
    const appIds = fleet
      .appIds()
      .filter((appId) => (ledger.books.apps.get(appId)?.engine ?? this.#engine.name) === this.#engine.name);
    return appIds.flatMap((appId) => fleet.instancesOf(appId).map((instance) => instance.id));
  }

  #lost(error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    const { fleet, log } = this.#world;
    const reason = error instanceof Error ? error.message : 'unknown';
    const status = fleet.engine(this.#engine.name);
    fleet.putEngine(this.#engine.name, { ...status, connected: false, reason });
    if (!status.connected) return;
    log.warn({ engine: this.#engine.name, reason }, 'engine lost');
    const now = this.#world.clock.now();
    // A silent engine may have been gone ever since it last answered; a closed connection tells at once.
    this.#onLost(reason, isProblem(error, 'engine-timeout') ? (status.observedAt ?? now) : now);
  }

  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    const cancel = this.#world.clock.after(ms, wake);
    const { signal } = this.#stopping;
    if (signal.aborted) wake();
    signal.addEventListener('abort', wake, { once: true });
    await promise;
    cancel();
    signal.removeEventListener('abort', wake);
  }
}
