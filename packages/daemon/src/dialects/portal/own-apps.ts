import type { App } from '../../core/app.ts';
import { findApp } from '../../core/books.ts';
import type { Hand } from './hand.ts';

/** The apps of the portal: what other owners have is not there for it. */
export function ownApps({ context, settings }: Hand): App[] {
  const apps = [...context.ledger.books.apps.values()].filter(({ owner }) => owner === settings.owner);
  return apps.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** The one of exactly that name. */
export function findOwnApp({ context, settings }: Hand, name: string): App | undefined {
  const app = findApp(context.ledger.books, name);
  return app?.owner === settings.owner ? app : undefined;
}
