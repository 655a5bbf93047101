import { Problem } from '@berth/spec/problem';
import type { Release as ReleaseResource } from '@berth/spec/release';
import type { Actor } from './actor.ts';
import { getApp } from './app-access.ts';
import type { Context } from './context.ts';
import { viewRelease } from './view.ts';

/** The app's releases, newest first; `next` is the `before` of the next page, null at the end. */
export async function listReleases(
  context: Context,
  actor: Actor,
  page: { readonly name: string; readonly before?: number | undefined; readonly limit: number },
): Promise<{ items: ReleaseResource[]; next: number | null }> {
  const app = getApp(context.ledger.books, actor, { name: page.name, scope: 'read' });
  const before = page.before === undefined ? {} : { before: page.before };
  const found = await context.store.listReleases(app.id, { ...before, limit: page.limit + 1 });
  const items = found.slice(0, page.limit).map(viewRelease);
  return { items, next: found.length > page.limit ? (items.at(-1)?.number ?? null) : null };
}

/** One release of an app. */
export async function showRelease(
  context: Context,
  actor: Actor,
  { name, number }: { name: string; number: number },
): Promise<ReleaseResource> {
  const app = getApp(context.ledger.books, actor, { name, scope: 'read' });
  const release = await context.store.findRelease(app.id, number);
  if (release !== undefined) return viewRelease(release);
  const detail = `The app "${name}" has no release ${number}; GET /v1/apps/${name}/releases lists those that are kept.`;
  throw new Problem('release-not-found', detail, { facts: { app: name } });
}
