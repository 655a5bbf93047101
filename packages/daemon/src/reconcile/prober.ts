import type { HealthProbe } from '@berth/spec/app-spec';
import { sameRevision, type Release } from '../core/app.ts';
import { releasesOf } from '../core/books.ts';
import type { Instance } from '../core/instance.ts';
import { failed } from '../core/watch-change.ts';
import type { ProbeRequest } from '../ports/probe.ts';
import type { World } from './world.ts';

const firstGapMs = 2;
const mostGapMs = 100;
const firstConnectMs = 20;
/** An instance without a port is taken for well once it has run this long. */
const portlessMs = 500;

interface Course {
  readonly startedAt: number | null;
  readonly round: Round;
}

/** Asks every running instance from outside whether it is well: often while it starts, then at its interval. */
export class Prober {
  readonly #world: World;
  readonly #courses = new Map<string, Course>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Starts, keeps or ends the probing of one instance, by its state. */
  follow(instanceId: string): void {
    const instance = this.#world.fleet.find(instanceId);
    const course = this.#courses.get(instanceId);
    if (instance?.state !== 'running') return this.#end(instanceId);
    if (course !== undefined && course.startedAt === instance.startedAt) return;
    this.#end(instanceId);
    void this.#probe(instance);
  }

  followApp(appId: string): void {
    for (const instance of this.#world.fleet.instancesOf(appId)) this.follow(instance.id);
  }

  /** Ends the probing of instances that are no more. */
  sweep(): void {
    for (const id of this.#courses.keys()) if (this.#world.fleet.find(id) === undefined) this.#end(id);
  }

  stop(): void {
    for (const id of this.#courses.keys()) this.#end(id);
  }

  #end(instanceId: string): void {
    this.#courses.get(instanceId)?.round.cancel();
    this.#courses.delete(instanceId);
  }

  async #probe(first: Instance): Promise<void> {
    const round = new Round(this.#world, first);
    this.#courses.set(first.id, { startedAt: first.startedAt, round });
    try {
      await round.run();
    } catch (error) {
      this.#world.log.error({ error, instance: first.id }, 'probing ended');
    }
    if (this.#courses.get(first.id)?.round === round) this.#courses.delete(first.id);
  }
}

/** The probing of one instance from one start to its end. */
class Round {
  readonly #world: World;
  readonly #id: string;
  readonly #startedAt: number | null;
  #cancelled = false;
  #wake: () => void = () => {};
  #misses = 0;
  #gapMs = firstGapMs;

  constructor(world: World, instance: Instance) {
    this.#world = world;
    this.#id = instance.id;
    this.#startedAt = instance.startedAt;
  }

  cancel(): void {
    this.#cancelled = true;
    this.#wake();
  }

  async run(): Promise<void> {
    for (let instance = this.#current(); instance !== undefined; instance = this.#current()) {
      const release = releasesOf(this.#world.ledger.books, instance.appId).get(instance.release);
      if (release === undefined || release.imageId === null) return;
      const reason = await this.#ask(instance, release);
      const after = this.#current();
      if (after === undefined) return;
      await this.#sleep(reason === null ? this.#well(release) : this.#unwell(after, release));
    }
  }

  /** The instance, while it is still this start of it that runs. */
  #current(): Instance | undefined {
    const instance = this.#world.fleet.find(this.#id);
    const same = !this.#cancelled && instance?.state === 'running' && instance.startedAt === this.#startedAt;
    return same ? instance : undefined;
  }

  async #ask(instance: Instance, release: Release): Promise<string | null> {
    const probe = probeRequest(instance, release);
    if (probe !== null)
      return this.#world.probe({
        ...probe,
        connectTimeoutMs: Math.min(this.#connectTimeoutMs(instance), probe.timeoutMs),
      });
    const age = this.#world.clock.now() - (instance.startedAt ?? 0);
    if (instance.watch.health !== 'healthy' && age < portlessMs) await this.#sleep(portlessMs - Math.max(0, age));
    return null;
  }

  /** The first packets to an address that has just come up are often lost; the system would repeat them only after 1 s. */
  #connectTimeoutMs(instance: Instance): number {
    return instance.watch.health === 'starting' ? firstConnectMs * 1.5 ** Math.min(this.#misses, 30) : Infinity;
  }

  #well(release: Release): number {
    this.#misses = 0;
    this.#gapMs = firstGapMs;
    this.#mark({ health: 'healthy' });
    return release.spec.health.intervalSeconds * 1000 * (0.9 + 0.2 * this.#world.clock.random());
  }

  /** A presumed healthy one loses that with its first miss: only an answer gives it back. */
  #unwell(instance: Instance, release: Release): number {
    const { health } = release.spec;
    this.#misses += 1;
    if (instance.watch.health === 'healthy' && this.#misses < health.failures)
      return Math.min(health.intervalSeconds * 1000, 1000);
    if (instance.watch.health === 'healthy') this.#mark({ health: 'unhealthy', ...this.#failure(instance) });
    else if (instance.watch.health === 'starting' && this.#isLate(instance, health)) this.#giveUpStart(instance);
    return this.#nextGap();
  }

  /** One that never answered since its start fails as one that stopped answering; a pending one is the plan's to judge. */
  #giveUpStart(instance: Instance): void {
    const app = this.#world.ledger.books.apps.get(instance.appId);
    if (app !== undefined && sameRevision(app.target, instance)) return;
    this.#mark({ health: 'unhealthy', ...this.#failure(instance) });
  }

  #isLate(instance: Instance, health: HealthProbe): boolean {
    return this.#world.clock.now() - (instance.startedAt ?? 0) > health.startTimeoutSeconds * 1000;
  }

  #failure(instance: Instance) {
    return failed(instance, instance, { now: this.#world.clock.now(), random: this.#world.clock.random() });
  }

  #mark(watch: Parameters<World['fleet']['watch']>[1]): void {
    const before = this.#world.fleet.find(this.#id);
    if (before !== undefined && before.watch.health !== watch.health) this.#world.fleet.watch(this.#id, watch);
  }

  #nextGap(): number {
    const gap = this.#gapMs;
    this.#gapMs = Math.min(mostGapMs, gap * 1.5);
    return gap;
  }

  #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#world.clock.after(ms, resolve);
    this.#wake = () => (cancel(), resolve());
    if (this.#cancelled) this.#wake();
    return promise;
  }
}

/** Null when there is nothing to ask: no served port, or the spec wants no probe. */
function probeRequest(instance: Instance, release: Release): Omit<ProbeRequest, 'connectTimeoutMs'> | null {
  const { health } = release.spec;
  const kind = health.kind ?? (health.path === undefined ? 'tcp' : 'http');
  if (kind === 'none' || instance.address === null) return null;
  const address = { ...instance.address, port: health.port ?? instance.address.port };
  return { kind, address, path: health.path ?? '/', timeoutMs: health.timeoutSeconds * 1000 };
}
