import type { App } from '../core/app.ts';
import { findApp } from '../core/books.ts';
import type { Ledger } from './ledger.ts';

/** All apps by name, kept sorted as they come and go, so that a page of thousands costs no sorting. */
export class AppIndex {
  readonly #ledger: Ledger;
  readonly #names: string[];
  readonly #nameOf: Map<string, string>;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#nameOf = new Map([...ledger.books.apps.values()].map((app) => [app.id, app.name]));
    this.#names = [...this.#nameOf.values()].toSorted();
    ledger.listen({ onApps: (ids) => ids.forEach((id) => this.#follow(id)) });
  }

  /** The apps whose name sorts behind `name`; all of them without one. */
  *behind(name?: string): Generator<App, void> {
    const start = name === undefined ? 0 : this.#placeBehind(name);
    for (let place = start; place < this.#names.length; place += 1) {
      const app = findApp(this.#ledger.books, this.#names[place] ?? '');
      if (app !== undefined) yield app;
    }
  }

  #follow(id: string): void {
    const before = this.#nameOf.get(id);
    const after = this.#ledger.books.apps.get(id)?.name;
    if (before === after) return;
    if (before !== undefined) this.#remove(id, before);
    if (after !== undefined) this.#insert(id, after);
  }

  #insert(id: string, name: string): void {
    this.#names.splice(this.#placeBehind(name), 0, name);
    this.#nameOf.set(id, name);
  }

  #remove(id: string, name: string): void {
    this.#names.splice(this.#placeBehind(name) - 1, 1);
    this.#nameOf.delete(id);
  }

  /** The first place whose name sorts behind `name`. */
  #placeBehind(name: string): number {
    let low = 0;
    let high = this.#names.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#names[middle] ?? '') <= name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
