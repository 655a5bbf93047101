import type { Event } from '../core/event.ts';
import { Bell } from './bell.ts';
import type { Context } from './context.ts';

const pageSize = 200;
const mostHeld = 1000;

/** Which events a reader may see and wants to. */
export interface EventFilter {
  readonly app?: string;
  readonly owner?: string;
}

/**
 * What one reader has yet to read. New events are held in memory, a bounded number of them; a reader who falls behind
 * that gets them from the store, and so does one who begins in the past.
 */
export class EventTail {
  readonly bell = new Bell();
  readonly stop: () => void;
  readonly #context: Context;
  readonly #filter: EventFilter;
  #held: Event[] = [];
  /** The last event that was read; null until one is known. */
  #after: number | null;
  #behind: boolean;

  constructor(context: Context, filter: EventFilter, after: number | undefined) {
    this.#context = context;
    this.#filter = filter;
    this.#after = after ?? null;
    this.#behind = after !== undefined;
    this.stop = context.ledger.listen({ onEvent: (event) => this.#hold(event) });
  }

  /** The next events; none when there are none yet. */
  async next(): Promise<Event[]> {
    const events = this.#behind ? await this.#fetch() : this.#take();
    this.#after = events.at(-1)?.id ?? this.#after;
    return events;
  }

  #hold(event: Event): void {
    if (!isWanted(this.#filter, event)) return;
    this.#after ??= event.id - 1;
    if (this.#held.length < mostHeld) this.#held.push(event);
    else this.#behind = true;
    this.bell.ring();
  }

  /** What is held was committed later than what was read, except for what a fetch has already brought. */
  #take(): Event[] {
    const after = this.#after ?? 0;
    return this.#held.splice(0).filter((event) => event.id > after);
  }

  /** Those that come while the store is read are held, and told apart by their number. */
  async #fetch(): Promise<Event[]> {
    this.#held = [];
    this.#behind = false;
    const events = await this.#context.store.listEvents({ ...this.#filter, after: this.#after ?? 0, limit: pageSize });
    if (events.length === pageSize) this.#behind = true;
    return events.length === 0 ? this.#take() : events;
  }
}

function isWanted({ app, owner }: EventFilter, event: Event): boolean {
  return (app === undefined || event.app === app) && (owner === undefined || event.owner === owner);
}
