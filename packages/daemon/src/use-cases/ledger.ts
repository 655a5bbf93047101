import { applyChange, type Books, emptyBooks } from '../core/books.ts';
import type { Change } from '../core/change.ts';
import type { Event } from '../core/event.ts';
import type { Operation } from '../core/operation.ts';
import type { ShelfName } from '../core/shelf.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

/** An event before it has its number. */
export type News = Omit<Event, 'id' | 'at'>;

/** What a decision wants written. */
export interface Entry<Result> {
  readonly changes: readonly Change[];
  readonly news?: readonly News[];
  readonly result: Result;
}

export interface LedgerListener {
  /** After the commit; `apps` are the ids of changed apps. */
  onApps?(apps: ReadonlySet<string>): void;
  onEvent?(event: Event): void;
  onOperation?(operation: Operation): void;
  /** A certificate was written or removed. */
  onCertificates?(): void;
  /** Something on the shelves was put or removed. */
  onShelves?(shelves: ReadonlySet<ShelfName>): void;
}

interface Waiting {
  readonly decide: (books: Readonly<Books>) => Entry<unknown>;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

interface Decided {
  readonly waiting: Waiting;
  readonly changes: readonly Change[];
  readonly undo: () => void;
  readonly result: unknown;
}

/**
 * The one writer. A decision sees the books as all earlier ones left them and returns changes; decisions that wait at the
 * same time share one commit. Nothing is told to anybody before the commit is on disk; if it fails, all of it is taken back.
 */
export class Ledger {
  readonly books: Books = emptyBooks();
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #listeners = new Set<LedgerListener>();
  #queue: Waiting[] = [];
  #committing = false;
  #lastEventId = 0;
  #revision = 0;

  private constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  static async open(store: Store, clock: Clock): Promise<Ledger> {
    const ledger = new Ledger(store, clock);
    const snapshot = await store.load();
    for (const change of snapshotChanges(snapshot)) applyChange(ledger.books, change);
    ledger.#lastEventId = snapshot.lastEventId;
    return ledger;
  }

  /** Rises with every commit; equal numbers mean equal books. */
  get revision(): number {
    return this.#revision;
  }

  get lastEventId(): number {
    return this.#lastEventId;
  }

  /** Resolves once the changes are durable. A throwing decision changes nothing. */
  write<Result>(decide: (books: Readonly<Books>) => Entry<Result>): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#queue.push({ decide, resolve, reject });
    if (!this.#committing) void this.#commitAll();
    return promise;
  }

  listen(listener: LedgerListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #commitAll(): Promise<void> {
    this.#committing = true;
    try {
      while (this.#queue.length > 0) {
        const waiting = this.#queue;
        this.#queue = [];
        await this.#commit(waiting.flatMap((one) => this.#decide(one)));
      }
    } finally {
      this.#committing = false;
    }
  }

  #decide(waiting: Waiting): Decided[] {
    try {
      const { changes, news = [], result } = waiting.decide(this.books);
      const numbered = news.map((one): Change => ({ kind: 'event.add', event: this.#number(one) }));
      const all = [...changes, ...numbered];
      const undos = all.map((change) => applyChange(this.books, change));
      return [{ waiting, changes: all, undo: () => undos.toReversed().forEach((undo) => undo()), result }];
    } catch (error) {
      waiting.reject(error);
      return [];
    }
  }

  #number(news: News): Event {
    this.#lastEventId += 1;
    return { ...news, id: this.#lastEventId, at: this.#clock.now() };
  }

  async #commit(decided: readonly Decided[]): Promise<void> {
    const changes = decided.flatMap((one) => one.changes);
    try {
      if (changes.length > 0) await this.#store.commit(changes);
    } catch (error) {
      for (const one of decided.toReversed()) one.undo();
      for (const one of decided) one.waiting.reject(error);
      return;
    }
    if (changes.length > 0) this.#revision += 1;
    for (const one of decided) one.waiting.resolve(one.result as never);
    this.#tell(changes);
  }

  #tell(changes: readonly Change[]): void {
    const apps = new Set(changes.flatMap(changedApp));
    const hasCertificates = changes.some(({ kind }) => kind.startsWith('certificate.'));
    const shelves = new Set(changes.flatMap(changedShelf));
    for (const listener of this.#listeners) {
      for (const change of changes) tellOf(change, listener);
      if (apps.size > 0) listener.onApps?.(apps);
      if (hasCertificates) listener.onCertificates?.();
      if (shelves.size > 0) listener.onShelves?.(shelves);
    }
  }
}

function tellOf(change: Change, listener: LedgerListener): void {
  if (change.kind === 'event.add') listener.onEvent?.(change.event);
  if (change.kind === 'operation.put') listener.onOperation?.(change.operation);
}

function changedApp(change: Change): string[] {
  if (change.kind === 'app.put') return [change.app.id];
  if (change.kind === 'app.remove') return [change.id];
  return change.kind === 'release.put' ? [change.release.appId] : [];
}

function changedShelf(change: Change): ShelfName[] {
  if (change.kind === 'shelf.put') return [change.item.shelf];
  return change.kind === 'shelf.remove' ? [change.shelf] : [];
}

function snapshotChanges(snapshot: Awaited<ReturnType<Store['load']>>): Change[] {
  return [
    ...snapshot.apps.map((app): Change => ({ kind: 'app.put', app })),
    ...snapshot.releases.map((release): Change => ({ kind: 'release.put', release })),
    ...snapshot.operations.map((operation): Change => ({ kind: 'operation.put', operation })),
    ...snapshot.users.map((user): Change => ({ kind: 'user.put', user })),
    ...snapshot.tokens.map((token): Change => ({ kind: 'token.put', token })),
    ...snapshot.credentials.map((credential): Change => ({ kind: 'credential.put', credential })),
    ...snapshot.certificates.map((certificate): Change => ({ kind: 'certificate.put', certificate })),
    ...snapshot.authorities.map((authority): Change => ({ kind: 'authority.put', authority })),
    ...snapshot.shelfItems.map((item): Change => ({ kind: 'shelf.put', item })),
  ];
}
