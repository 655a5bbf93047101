import type { MemoryContainer } from './container.ts';
import { LabelIndex } from './label-index.ts';
import { refuse } from './refusal.ts';

/** The containers of one engine, by id, name and label. */
export class ContainerStore {
  readonly #byId = new Map<string, MemoryContainer>();
  readonly #byName = new Map<string, MemoryContainer>();
  readonly #byLabel = new LabelIndex<MemoryContainer>();

  /** By id or name. */
  find(id: string): MemoryContainer | undefined {
    return this.#byId.get(id) ?? this.#byName.get(id);
  }

  get(id: string): MemoryContainer {
    const container = this.find(id);
    if (container === undefined) throw refuse.noContainer(id);
    return container;
  }

  list(labels: readonly string[]): MemoryContainer[] {
    return this.#byLabel.list(labels);
  }

  all(): Iterable<MemoryContainer> {
    return this.#byId.values();
  }

  add(container: MemoryContainer): void {
    this.#assertFree(container.view.name);
    this.#byId.set(container.view.id, container);
    this.#byName.set(container.view.name, container);
    this.#byLabel.add(container);
  }

  rename(container: MemoryContainer, name: string): void {
    this.#assertFree(name);
    this.#byName.delete(container.view.name);
    this.#byName.set(name, container);
    container.view = { ...container.view, name };
  }

  remove(container: MemoryContainer): void {
    this.#byId.delete(container.view.id);
    this.#byName.delete(container.view.name);
    this.#byLabel.remove(container);
  }

  #assertFree(name: string): void {
    const owner = this.#byName.get(name);
    if (owner !== undefined)
      throw refuse.conflict(`The container name "/${name}" is already in use by container ${owner.view.id}`);
  }
}
