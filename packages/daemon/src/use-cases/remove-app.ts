import { Problem } from '@berth/spec/problem';
import type { App } from '../core/app.ts';
import { releasesOf } from '../core/books.ts';
import { label } from '../core/label.ts';
import type { Accepted } from './accept.ts';
import type { Actor } from './actor.ts';
import { getApp } from './app-access.ts';
import { getEngine } from './app-instance.ts';
import { type AppTarget, changeApp } from './change-app.ts';
import type { Context } from './context.ts';
import { removeVerb } from './verb.ts';

/** Ends and forgets an app. Its volumes stay, but for those that are named. Asking again gives the removal under way. */
export async function removeApp(
  context: Context,
  actor: Actor,
  removal: AppTarget & { readonly volumes: readonly string[] | 'all' },
): Promise<Accepted> {
  const app = getApp(context.ledger.books, actor, { name: removal.name, scope: 'deploy' });
  const underWay = context.ledger.books.operations.get(app.id);
  if (app.removing !== null && underWay !== undefined) return { app, operation: underWay };
  const volumes = await chooseVolumes(context, app, removal.volumes);
  return changeApp(context, actor, { ...removal, verb: removeVerb(context.clock, volumes) });
}

async function chooseVolumes(
  context: Context,
  app: App,
  wanted: readonly string[] | 'all',
): Promise<readonly string[]> {
  if (wanted.length === 0) return [];
  const present = await listVolumes(context, app);
  if (wanted === 'all') return [...present];
  const unknown = wanted.filter((name) => !present.has(name));
  if (unknown.length === 0) return [...new Set(wanted)];
  const known = present.size === 0 ? 'It has none.' : `It has ${[...present].join(', ')}.`;
  throw new Problem('volume-not-found', `The app "${app.name}" has no volume ${unknown.join(', ')}. ${known}`, {
    facts: { app: app.name },
  });
}

/** Those on the engine, also of older releases, and those that a release names but no instance has made yet. */
async function listVolumes(context: Context, app: App): Promise<Set<string>> {
  const made = await getEngine(context, app).volumes.list([
    `${label.site}=${context.policy.site}`,
    `${label.app}=${app.name}`,
    `${label.owner}=${app.owner}`,
    label.volume,
  ]);
  const named = [...releasesOf(context.ledger.books, app.id).values()].flatMap((release) =>
    release.spec.volumes.map(({ name }) => name),
  );
  return new Set([...made.flatMap((volume) => volume.labels[label.volume] ?? []), ...named]);
}
