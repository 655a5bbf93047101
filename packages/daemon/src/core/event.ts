import type { EventKind } from '@berth/spec/event';

/** Something that happened. `id` is given by the ledger and rises; time is epoch milliseconds. */
export interface Event {
  readonly id: number;
  readonly at: number;
  readonly kind: EventKind;
  readonly app: string | null;
  readonly owner: string | null;
  readonly operation: string | null;
  readonly detail: string;
}
