import { fieldProblem, isProblem } from '@berth/spec/problem';
import type { App } from '../core/app.ts';
import { releasesOf } from '../core/books.ts';
import type { ActionOutcome } from './act-on-app.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import type { Context } from './context.ts';
import { removeApp } from './remove-app.ts';

/** Which apps are to go: those for which all that is said holds. */
export interface Purge {
  /** `name`, or `name=value`: labels of the current release. */
  readonly labels: readonly string[];
  /** Without a request or an open connection for so long. */
  readonly idleSeconds?: number | undefined;
  readonly owner?: string | undefined;
  /** With all their volumes. */
  readonly volumes: 'keep' | 'remove';
  readonly dryRun?: boolean | undefined;
}

/** Removes all of the caller's apps that a purge names, side by side. Rejects with `edge-unreachable` where use is asked about. */
export async function purgeApps(context: Context, actor: Actor, purge: Purge): Promise<ActionOutcome[]> {
  const visible = visibleOwner(actor);
  authorize(actor, { scope: 'deploy', owner: purge.owner ?? visible });
  if (purge.labels.length === 0 && purge.idleSeconds === undefined)
    throw fieldProblem('labels', 'say which apps: by a label, by idleSeconds, or by both');
  if (purge.idleSeconds !== undefined) await context.use.refresh();
  const owner = purge.owner ?? visible;
  const chosen = [...context.ledger.books.apps.values()].filter(
    (app) => app.removing === null && (owner === null || app.owner === owner) && isMeant(context, app, purge),
  );
  return Promise.all(chosen.map((app) => removeOne(context, actor, { app, purge })));
}

function isMeant(context: Context, app: App, { labels, idleSeconds }: Purge): boolean {
  return (
    labels.every((label) => hasLabel(context, app, label)) &&
    (idleSeconds === undefined || isIdle(context, app, idleSeconds))
  );
}

function hasLabel({ ledger }: Context, app: App, label: string): boolean {
  const current = releasesOf(ledger.books, app.id).get(app.target?.release ?? app.serving?.release ?? app.lastRelease);
  const [name = '', ...rest] = label.split('=');
  const labels = current?.spec.labels ?? {};
  return Object.hasOwn(labels, name) && (rest.length === 0 || labels[name] === rest.join('='));
}

function isIdle({ clock, use }: Context, app: App, idleSeconds: number): boolean {
  const usedAt = Math.max(app.createdAt, app.desiredSince, use.lastUseOf(app) ?? 0);
  return clock.now() - usedAt >= idleSeconds * 1000;
}

async function removeOne(
  context: Context,
  actor: Actor,
  { app: { name }, purge }: { readonly app: App; readonly purge: Purge },
): Promise<ActionOutcome> {
  try {
    const volumes = purge.volumes === 'remove' ? 'all' : [];
    const accepted = await removeApp(context, actor, { name, volumes, dryRun: purge.dryRun });
    return { app: name, accepted, problem: null };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { app: name, accepted: null, problem: error };
  }
}
