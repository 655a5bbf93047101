import type { App, Release } from './app.ts';
import { wantedRevision } from './app.ts';
import { type Books, releasesOf } from './books.ts';

/** Memory that some apps share. */
export interface MemoryBudget {
  readonly memoryBytes: number;
  /** Whose apps may take part: who does may have the others stopped. Absent: everybody's. */
  readonly owners?: readonly string[] | undefined;
}

/** What is to be there at once, of one budget. */
export interface BudgetWish {
  /** The app as it is to be. */
  readonly app: App;
  /** A release that comes with it and is not in the books yet. */
  readonly release?: Release | undefined;
  readonly memoryBytes: number;
  /** When an app was used last, epoch milliseconds; null when it is not known to have been. */
  readonly lastUseOf: (app: App) => number | null;
}

/** Who is stopped to make room: those that were used least recently first. Null when not even that is enough. */
export function planRoom(books: Readonly<Books>, wish: BudgetWish): App[] | null {
  const { app, release, memoryBytes, lastUseOf } = wish;
  if (!holdsMemory(app)) return [];
  const own = reservedBytes(app, release ?? wantedRelease(books, app));
  if (own > memoryBytes) return null;
  const others = [...books.apps.values()].filter(
    (other) => other.id !== app.id && other.life.budget === app.life.budget && holdsMemory(other),
  );
  const usedAt = (one: App): number => Math.max(one.desiredSince, lastUseOf(one) ?? 0);
  let left =
    memoryBytes - own - others.reduce((sum, other) => sum + reservedBytes(other, wantedRelease(books, other)), 0);
  const victims: App[] = [];
  for (const other of others.toSorted((one, two) => usedAt(one) - usedAt(two))) {
    if (left >= 0) break;
    const freed = reservedBytes(other, wantedRelease(books, other));
    if (freed === 0) continue;
    victims.push(other);
    left += freed;
  }
  return victims;
}

/** What an app counts for: what it reserves, else what it may take at most, for each replica. */
function reservedBytes({ replicas }: App, release: Release | undefined): number {
  const { memoryReservationBytes, memoryBytes } = release?.spec ?? {};
  return (memoryReservationBytes ?? memoryBytes ?? 0) * replicas;
}

function wantedRelease(books: Readonly<Books>, app: App): Release | undefined {
  const revision = wantedRevision(app);
  return revision === null ? undefined : releasesOf(books, app.id).get(revision.release);
}

/** A paused one holds what it has. One that never came up and is not being rolled out has nothing. */
function holdsMemory(app: App): boolean {
  return app.desired !== 'stopped' && app.removing === null && wantedRevision(app) !== null;
}
