import type { InstanceStats } from '@berth/spec/stats';
import { type ContainerStats, hasCpuShare, instanceStats } from '../core/instance-stats.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';

/** A container at its engine. */
export interface StatsPlace {
  readonly engine: string;
  readonly instance: string;
}

/** One engine stream, and those who read it. */
interface Watching {
  readonly controller: AbortController;
  readonly listeners: Set<() => void>;
  last: ContainerStats | null;
  cancelClose: () => void;
}

const lingerMs = 5000;
const firstSampleMs = 3000;

/**
 * What the watched containers use. However many read, each container has one engine stream; it is closed some seconds
 * after the last reader left, so that somebody who asks again and again is answered from memory.
 */
export class StatsBoard {
  readonly #engines: ReadonlyMap<string, Engine>;
  readonly #clock: Clock;
  readonly #watching = new Map<string, Watching>();

  constructor({ engines, clock }: { readonly engines: ReadonlyMap<string, Engine>; readonly clock: Clock }) {
    this.#engines = engines;
    this.#clock = clock;
  }

  /** Calls back with each new sample, and once when there will be no more. The result ends it. */
  watch(place: StatsPlace, listener: () => void): () => void {
    const watching = this.#watching.get(place.instance) ?? this.#open(place);
    watching.cancelClose();
    watching.listeners.add(listener);
    return () => {
      watching.listeners.delete(listener);
      if (watching.listeners.size === 0) this.#closeLater(place.instance, watching);
    };
  }

  isWatched(instance: string): boolean {
    return this.#watching.has(instance);
  }

  /** The last sample; none while the container's share of the processor is not known yet. */
  find(instance: string): InstanceStats | undefined {
    const sample = this.findSample(instance);
    return sample && instanceStats(instance, sample);
  }

  /** The same in raw counters. */
  findSample(instance: string): ContainerStats | undefined {
    const last = this.#watching.get(instance)?.last ?? null;
    return last === null || !hasCpuShare(last) ? undefined : last;
  }

  /** A sample that is at most some seconds old: from memory, else the first of a new stream. Undefined when none comes. */
  async read(place: StatsPlace): Promise<InstanceStats | undefined> {
    const sample = await this.readSample(place);
    return sample && instanceStats(place.instance, sample);
  }

  /** The same in raw counters. */
  async readSample(place: StatsPlace): Promise<ContainerStats | undefined> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const leave = this.watch(place, () => {
      if (!this.isWatched(place.instance) || this.findSample(place.instance) !== undefined) resolve();
    });
    const cancel = this.#clock.after(firstSampleMs, resolve);
    if (this.findSample(place.instance) === undefined) await promise;
    cancel();
    leave();
    return this.findSample(place.instance);
  }

  /** Ends all streams. */
  stop(): void {
    for (const [instance, watching] of this.#watching) this.#close(instance, watching);
  }

  #open({ engine, instance }: StatsPlace): Watching {
    const watching: Watching = {
      controller: new AbortController(),
      listeners: new Set(),
      last: null,
      cancelClose: () => {},
    };
    this.#watching.set(instance, watching);
    void this.#follow(this.#engines.get(engine), instance, watching);
    return watching;
  }

  /** A stream that breaks is as one that ended: its readers ask anew as long as the container runs. */
  async #follow(engine: Engine | undefined, instance: string, watching: Watching): Promise<void> {
    try {
      for await (const sample of engine?.containers.stats(instance, watching.controller.signal) ?? []) {
        watching.last = sample;
        for (const listener of watching.listeners) listener();
      }
    } catch {
      watching.last = null;
    }
    this.#close(instance, watching);
    for (const listener of watching.listeners) listener();
  }

  #closeLater(instance: string, watching: Watching): void {
    watching.cancelClose();
    watching.cancelClose = this.#clock.after(lingerMs, () => this.#close(instance, watching));
  }

  #close(instance: string, watching: Watching): void {
    watching.cancelClose();
    watching.controller.abort();
    if (this.#watching.get(instance) === watching) this.#watching.delete(instance);
  }
}
