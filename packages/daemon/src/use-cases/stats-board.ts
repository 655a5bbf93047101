import type { InstanceStats } from '@berth/spec/stats';
import { type ContainerStats, hasCpuShare, instanceStats } from '../core/instance-stats.ts';
import { follow } from '../core/stats-point.ts';
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
  /** When it was last read by somebody who does not stay. */
  usedAt: number;
  /** What ends the waiting for its end; null while nobody waits for that. */
  cancelClose: (() => void) | null;
}

/** A sample that was taken without a stream, and when that was, by this machine's clock. */
interface Measured {
  readonly sample: ContainerStats;
  readonly at: number;
}

const lingerMs = 5000;
const firstSampleMs = 3000;
/** Whoever was answered from memory has the answer before streams are opened for the next. */
const openLaterMs = 20;
/** What is older is not what is used now; measuring comes round three times in it. */
const freshMs = 30_000;

/**
 * What containers use. However many read, each container has one engine stream; it is closed some seconds after the
 * last reader left, so that somebody who asks again and again is answered from memory. Where a history is kept,
 * somebody who asks for the first time is as well: by the sample that was taken for it.
 */
export class StatsBoard {
  readonly #engines: ReadonlyMap<string, Engine>;
  readonly #clock: Clock;
  readonly #watching = new Map<string, Watching>();
  readonly #measured = new Map<string, Measured>();
  readonly #wanted = new Map<string, StatsPlace>();

  constructor({ engines, clock }: { readonly engines: ReadonlyMap<string, Engine>; readonly clock: Clock }) {
    this.#engines = engines;
    this.#clock = clock;
  }

  /** Calls back with each new sample, and once when there will be no more. The result ends it. */
  watch(place: StatsPlace, listener: () => void): () => void {
    const watching = this.#watching.get(place.instance) ?? this.#open(place);
    watching.listeners.add(listener);
    return () => {
      watching.listeners.delete(listener);
      this.#use(place.instance, watching);
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
    const streamed = this.#watching.get(instance)?.last;
    const measured = this.findMeasured(instance, this.#clock.now() - freshMs);
    return [streamed, measured].find((sample) => sample && hasCpuShare(sample)) ?? undefined;
  }

  /** A sample that is at most some seconds old: from memory, else the first of a new stream. Undefined when none comes. */
  async read(place: StatsPlace): Promise<InstanceStats | undefined> {
    const sample = await this.readSample(place);
    return sample && instanceStats(place.instance, sample);
  }

  /** The same in raw counters. */
  async readSample(place: StatsPlace): Promise<ContainerStats | undefined> {
    const known = this.findSample(place.instance);
    if (known !== undefined) {
      this.#keepOpen(place);
      return known;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const leave = this.watch(place, () => {
      if (!this.isWatched(place.instance) || this.findSample(place.instance) !== undefined) resolve();
    });
    const cancel = this.#clock.after(firstSampleMs, resolve);
    await promise;
    cancel();
    leave();
    return this.findSample(place.instance);
  }

  /** Takes a sample without a stream, unless one is open and has told of one. A failure leaves what was known. */
  async measure({ engine, instance }: StatsPlace): Promise<void> {
    const streamed = this.#watching.get(instance)?.last ?? null;
    const sample = streamed ?? (await this.#ask(engine, instance));
    if (sample === null) return;
    const before = this.#measured.get(instance)?.sample;
    const followed = hasCpuShare(sample) ? sample : follow(before, sample);
    this.#measured.set(instance, { sample: followed, at: this.#clock.now() });
  }

  /** What was measured then or later. */
  findMeasured(instance: string, since: number): ContainerStats | undefined {
    const measured = this.#measured.get(instance);
    return measured !== undefined && measured.at >= since ? measured.sample : undefined;
  }

  /** Of the others nothing is known any more. */
  forgetAllBut(instances: ReadonlySet<string>): void {
    for (const instance of this.#measured.keys()) if (!instances.has(instance)) this.#measured.delete(instance);
  }

  /** Ends all streams. */
  stop(): void {
    for (const [instance, watching] of this.#watching) this.#close(instance, watching);
  }

  async #ask(engine: string, instance: string): Promise<ContainerStats | null> {
    try {
      return (await this.#engines.get(engine)?.containers.sample(instance)) ?? null;
    } catch {
      return null;
    }
  }

  #open({ engine, instance }: StatsPlace): Watching {
    const watching: Watching = {
      controller: new AbortController(),
      listeners: new Set(),
      last: null,
      usedAt: 0,
      cancelClose: null,
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

  /** For somebody who may ask again. */
  #keepOpen(place: StatsPlace): void {
    const watching = this.#watching.get(place.instance);
    if (watching !== undefined) return this.#use(place.instance, watching);
    if (this.#wanted.size === 0) this.#clock.after(openLaterMs, () => this.#openWanted());
    this.#wanted.set(place.instance, place);
  }

  #openWanted(): void {
    for (const place of this.#wanted.values())
      this.#use(place.instance, this.#watching.get(place.instance) ?? this.#open(place));
    this.#wanted.clear();
  }

  /** It is closed some seconds after it was used last: one timer, however often that is. */
  #use(instance: string, watching: Watching): void {
    watching.usedAt = this.#clock.now();
    watching.cancelClose ??= this.#closeAfter(lingerMs, instance, watching);
  }

  #closeAfter(delayMs: number, instance: string, watching: Watching): () => void {
    return this.#clock.after(delayMs, () => {
      watching.cancelClose = null;
      if (watching.listeners.size > 0) return;
      const leftMs = watching.usedAt + lingerMs - this.#clock.now();
      if (leftMs <= 0) this.#close(instance, watching);
      else watching.cancelClose = this.#closeAfter(leftMs, instance, watching);
    });
  }

  #close(instance: string, watching: Watching): void {
    watching.cancelClose?.();
    watching.cancelClose = null;
    watching.controller.abort();
    if (this.#watching.get(instance) === watching) this.#watching.delete(instance);
  }
}
