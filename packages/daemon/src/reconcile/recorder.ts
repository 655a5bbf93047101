import { instanceLabels, label, renderRecord } from '../core/label.ts';
import type { App } from '../core/app.ts';
import { releasesOf } from '../core/books.ts';
import type { Engine } from '../ports/engine.ts';
import type { World } from './world.ts';

const settleMs = 1000;

/**
 * Labels of a container cannot change, wishes do. So the newest record of an app is also written as the labels of an empty
 * volume beside its containers: with the store lost, domains, replicas and states are still known.
 */
export class Recorder {
  readonly #world: World;
  readonly #pending = new Set<string>();
  readonly #written = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Writes soon; many changes in a short time lead to one record. */
  mark(appId: string): void {
    if (this.#pending.has(appId)) return;
    this.#pending.add(appId);
    this.#world.clock.after(settleMs, () => {
      this.#pending.delete(appId);
      this.#write(appId).catch((error: unknown) => this.#world.log.debug({ error }, 'record not written'));
    });
  }

  async #write(appId: string): Promise<void> {
    const app = this.#world.ledger.books.apps.get(appId);
    const engine = app === undefined ? undefined : this.#world.engines.get(app.engine);
    if (app === undefined || engine === undefined || app.removing !== null || app.serving === null)
      return this.#forget(appId);
    const labels = this.#labels(app);
    const text = JSON.stringify(labels);
    if (this.#written.get(appId) === text) return;
    const { release, generation } = app.serving;
    const volume = `${this.#world.policy.site}-record-${app.name}.${app.version}.${release}.${generation}`;
    await engine.volumes.ensure(volume, labels);
    this.#written.set(appId, text);
    await this.#removeOthers(engine, app, volume);
  }

  #labels(app: App): Record<string, string> {
    const { site } = this.#world.policy;
    const bare = {
      [label.site]: site,
      [label.app]: app.name,
      [label.appId]: app.id,
      [label.owner]: app.owner,
      [label.record]: renderRecord(app),
    };
    const release = releasesOf(this.#world.ledger.books, app.id).get(app.serving?.release ?? -1);
    if (release === undefined || app.serving === null) return bare;
    const unlabelled = { ...release, spec: { ...release.spec, labels: {} } };
    return { ...instanceLabels(app, unlabelled, { site, generation: app.serving.generation, slot: 0 }), ...bare };
  }

  async #removeOthers(engine: Engine, app: App, kept: string): Promise<void> {
    const records = await engine.volumes.list([`${label.appId}=${app.id}`, label.record]);
    for (const { name } of records) if (name !== kept) await engine.volumes.remove(name);
  }

  #forget(appId: string): void {
    this.#written.delete(appId);
  }
}
