import type { ContainerSketch } from '../core/container-sketch.ts';
import { type Instance, newWatch, type Watch } from '../core/instance.ts';
import type { EngineDescription } from '../ports/engine.ts';

export interface EngineStatus {
  readonly connected: boolean;
  /** Why it is not connected. */
  readonly reason: string | null;
  readonly description: EngineDescription | null;
  /** When the picture of it was last whole, epoch milliseconds. */
  readonly observedAt: number | null;
}

const unseen: EngineStatus = {
  connected: false,
  reason: 'It has not answered yet.',
  description: null,
  observedAt: null,
};
const none: readonly Instance[] = [];

/** What is: the last picture of every engine, in memory. Written by the reconciler, read by everybody. */
export class Fleet {
  readonly #instances = new Map<string, Map<string, Instance>>();
  readonly #sketches = new Map<string, ContainerSketch>();
  readonly #apps = new Map<string, string>();
  readonly #engines = new Map<string, EngineStatus>();
  readonly #listeners = new Set<(appId: string) => void>();
  #revision = 0;

  /** Rises with every change of the picture. */
  get revision(): number {
    return this.#revision;
  }

  instancesOf(appId: string): readonly Instance[] {
    const own = this.#instances.get(appId);
    return own === undefined ? none : [...own.values()];
  }

  find(instanceId: string): Instance | undefined {
    const appId = this.#apps.get(instanceId);
    return appId === undefined ? undefined : this.#instances.get(appId)?.get(instanceId);
  }

  /** What its container looks like; undefined before it was seen at the engine. */
  findSketch(instanceId: string): ContainerSketch | undefined {
    return this.#sketches.get(instanceId);
  }

  /** Apps that have instances, wished for or not. */
  appIds(): string[] {
    return [...this.#instances.keys()];
  }

  /** Takes a new observation; what Berth itself knows of the instance stays. */
  put(observed: Instance, watch: Partial<Watch> = {}): void {
    const before = this.find(observed.id);
    this.#set({ ...observed, watch: { ...(before?.watch ?? newWatch), ...watch } });
  }

  /** Takes what an instance's container looks like: of interest to those who ask, and no change of the picture. */
  putSketch(instanceId: string, sketch: ContainerSketch): void {
    if (this.#apps.has(instanceId)) this.#sketches.set(instanceId, sketch);
  }

  watch(instanceId: string, watch: Partial<Watch>): void {
    const before = this.find(instanceId);
    if (before !== undefined) this.#set({ ...before, watch: { ...before.watch, ...watch } });
  }

  remove(instanceId: string): void {
    const appId = this.#apps.get(instanceId);
    if (appId === undefined) return;
    this.#apps.delete(instanceId);
    this.#sketches.delete(instanceId);
    const own = this.#instances.get(appId);
    own?.delete(instanceId);
    if (own?.size === 0) this.#instances.delete(appId);
    this.#changed(appId);
  }

  engine(name: string): EngineStatus {
    return this.#engines.get(name) ?? unseen;
  }

  putEngine(name: string, status: EngineStatus): void {
    this.#engines.set(name, status);
    this.#revision += 1;
  }

  /** Calls back with the app's id after each change of one of its instances. */
  listen(listener: (appId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(instance: Instance): void {
    this.#apps.set(instance.id, instance.appId);
    const own = this.#instances.get(instance.appId) ?? new Map<string, Instance>();
    own.set(instance.id, instance);
    this.#instances.set(instance.appId, own);
    this.#changed(instance.appId);
  }

  #changed(appId: string): void {
    this.#revision += 1;
    for (const listener of this.#listeners) listener(appId);
  }
}
