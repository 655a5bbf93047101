import { sameRevision } from '../core/app.ts';
import { releasesOf } from '../core/books.ts';
import type { Container } from '../core/container.ts';
import { sketchContainer } from '../core/container-sketch.ts';
import type { Address, Instance } from '../core/instance.ts';
import { label, parseInstance } from '../core/label.ts';
import { nextWatch } from '../core/watch-change.ts';
import type { EngineReach } from '../ports/engine.ts';
import type { World } from './world.ts';

/** Takes observed containers into the fleet's picture, and judges what changed. */
export class Lookout {
  readonly #world: World;
  /** Instances that Berth is stopping or removing right now: their end is no failure. */
  readonly #expected = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  /** While `task` runs, the end of the instance is Berth's own doing. */
  async expectEnd(instanceId: string, task: () => Promise<void>): Promise<void> {
    this.#expected.set(instanceId, (this.#expected.get(instanceId) ?? 0) + 1);
    try {
      await task();
    } finally {
      const left = (this.#expected.get(instanceId) ?? 1) - 1;
      if (left === 0) this.#expected.delete(instanceId);
      else this.#expected.set(instanceId, left);
    }
  }

  isExpected(instanceId: string): boolean {
    return this.#expected.has(instanceId);
  }

  /** Asks the engine for one container and takes the answer; a missing one leaves the picture. */
  async inspect(engineName: string, id: string): Promise<void> {
    const engine = this.#world.engines.get(engineName);
    if (engine === undefined) return;
    this.see(await engine.containers.inspect(id), engine.reach);
  }

  see(container: Container, reach: EngineReach): void {
    if (container.labels[label.site] !== this.#world.policy.site) return;
    const observed = parseInstance(container, addressOf(container, reach));
    if (observed === undefined) return;
    const { fleet } = this.#world;
    const before = fleet.find(observed.id);
    if (before === undefined || isNews(before, observed)) this.#take(before, observed);
    fleet.putSketch(observed.id, sketchContainer(container));
  }

  #take(before: Instance | undefined, observed: Instance): void {
    const { fleet, clock } = this.#world;
    const expected = this.isExpected(observed.id);
    const sighting = { expected, ...this.#wishFor(observed), now: clock.now(), random: clock.random() };
    fleet.put(observed, nextWatch(before, observed, sighting));
    if (before !== undefined && !expected && before.state === 'running' && observed.state === 'exited')
      this.#tellEnd(observed);
  }

  #wishFor(observed: Instance) {
    const app = this.#world.ledger.books.apps.get(observed.appId);
    const release = releasesOf(this.#world.ledger.books, observed.appId).get(observed.release);
    const presumedHealthy = app !== undefined && sameRevision(app.serving, observed);
    return { restart: release?.spec.restart ?? 'always', presumedHealthy } as const;
  }

  #tellEnd(instance: Instance): void {
    const app = this.#world.ledger.books.apps.get(instance.appId);
    if (app === undefined) return;
    const memory = instance.outOfMemory ? ', out of memory' : '';
    const detail = `Instance ${instance.id.slice(0, 12)} ended by itself, exit code ${instance.exitCode ?? 'unknown'}${memory}.`;
    const news = [{ kind: 'instance.ended', app: app.name, owner: app.owner, operation: null, detail }] as const;
    this.#world.ledger
      .write(() => ({ changes: [], news, result: null }))
      .catch((error: unknown) => this.#world.log.error(error));
  }
}

function isNews(before: Instance, observed: Instance): boolean {
  const { watch: _watch, ...known } = before;
  const { watch: _new, ...seen } = observed;
  return JSON.stringify(known) !== JSON.stringify(seen);
}

/** Where the served port of a running container is reached. */
function addressOf(container: Container, reach: EngineReach): Address | null {
  const port = Number(container.labels[label.port]);
  if (container.state !== 'running' && container.state !== 'paused') return null;
  if (!Number.isSafeInteger(port) || port === 0) return null;
  if (reach.kind === 'container') return container.address === null ? null : { host: container.address, port };
  const all = container.published.filter((one) => one.containerPort === port && one.protocol === 'tcp');
  const published = all.find((one) => one.hostAddress === reach.bindAddress) ?? all[0];
  return published === undefined ? null : { host: reach.host, port: published.hostPort };
}
