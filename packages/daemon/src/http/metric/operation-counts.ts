import type { OperationKind, OperationState } from '@berth/spec/operation';
import type { Operation } from '../../core/operation.ts';
import type { Ledger } from '../../use-cases/ledger.ts';

/** How many operations of a kind ended in a state. */
export interface OperationCount {
  readonly kind: OperationKind;
  readonly state: OperationState;
  readonly count: number;
}

/** Counts of ended operations since the start. */
export class OperationCounts {
  readonly #counts = new Map<string, OperationCount>();

  constructor(ledger: Ledger) {
    ledger.listen({ onOperation: (operation) => this.#add(operation) });
  }

  list(): OperationCount[] {
    return [...this.#counts.values()];
  }

  #add({ kind, state }: Operation): void {
    if (state === 'running') return;
    const key = `${kind} ${state}`;
    this.#counts.set(key, { kind, state, count: (this.#counts.get(key)?.count ?? 0) + 1 });
  }
}
