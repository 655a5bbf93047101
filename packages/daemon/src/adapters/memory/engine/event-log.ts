import type { Engine, EngineEvent } from '../../../ports/engine.ts';
import type { Gate } from './gate.ts';
import { hasLabels } from './label-index.ts';
import { StreamQueue } from './stream-queue.ts';

const KEPT_EVENTS = 256;

type Options = Parameters<Engine['events']>[0];

interface Listener {
  readonly labels: readonly string[];
  readonly queue: StreamQueue<EngineEvent>;
}

/** What happened lately, and who listens. */
export class EventLog {
  readonly #now: () => number;
  readonly #kept: EngineEvent[] = [];
  readonly #listeners = new Set<Listener>();
  #isDeaf = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(
    type: EngineEvent['type'],
    action: string,
    about: { readonly id: string; readonly labels: EngineEvent['labels'] },
  ): void {
    if (this.#isDeaf) return;
    const event: EngineEvent = { type, action, ...about, atMs: this.#now() };
    this.#kept.push(event);
    if (this.#kept.length > KEPT_EVENTS) this.#kept.shift();
    for (const { labels, queue } of this.#listeners) if (hasLabels(event.labels, labels)) queue.push(event);
  }

  /** Loses what happens from now on, as a stream of events may. */
  setDeaf(isDeaf: boolean): void {
    this.#isDeaf = isDeaf;
  }

  async *listen(gate: Gate, { sinceMs, labels = [], signal, onOpen }: Options): AsyncGenerator<EngineEvent, void> {
    if (signal.aborted) return;
    await gate.pass('events');
    const listener: Listener = { labels, queue: new StreamQueue() };
    const missed = this.#kept.filter(
      (event) => sinceMs !== undefined && event.atMs >= sinceMs && hasLabels(event.labels, labels),
    );
    for (const event of missed) listener.queue.push(event);
    this.#listeners.add(listener);
    onOpen?.();
    try {
      yield* gate.hold(listener.queue, signal);
    } finally {
      this.#listeners.delete(listener);
    }
  }
}
