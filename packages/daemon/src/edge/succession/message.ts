import type { EdgeChallenge } from '../../core/edge-certificate.ts';
import type { DrainOrder } from '../../core/edge-control.ts';
import type { HistoryBook } from '../fact/history-book.ts';
import type { ListenerPlace } from '../door/listener.ts';

/** What passes on from one edge to the next that is not on the disk. */
export interface Estate {
  readonly challenges: readonly EdgeChallenge[];
  /** Absent where an edge of before knew none. */
  readonly history?: ReturnType<HistoryBook['list']>;
  /** `keys` in base64. */
  readonly ticketKeys: { readonly keys: string; readonly madeAtMs: number } | undefined;
}

/** What an edge says to the one that takes its place. */
export type WordToSuccessor =
  | { readonly kind: 'estate'; readonly estate: Estate }
  /** Comes with the server. */
  | ({ readonly kind: 'listener' } & ListenerPlace)
  | { readonly kind: 'drained'; readonly id: number };

/** What an edge says to the one whose place it takes. */
export type WordToPredecessor =
  /** It has the routes and its own addresses: what is handed over now is served at once. */
  | { readonly kind: 'prepared' }
  /** It takes visitors and orders. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string; readonly isAddressTaken: boolean }
  /** What is under way to an instance may be under way there. */
  | ({ readonly kind: 'drain'; readonly id: number } & DrainOrder)
  | { readonly kind: 'stop'; readonly graceMs: number };
