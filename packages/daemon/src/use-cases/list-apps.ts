import type { App as AppResource, AppState } from '@berth/spec/app';
import type { App } from '../core/app.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import type { Context } from './context.ts';
import { cutPage, type Page, parseCursor } from './page.ts';
import { conditionOf, viewApp } from './view.ts';

export interface AppFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly owner?: string | undefined;
  readonly state?: AppState | undefined;
}

/** The apps that the actor may see, by name. */
export function listApps(context: Context, actor: Actor, filter: AppFilter): Page<AppResource> {
  authorize(actor, { scope: 'read', owner: actor.user });
  const visible = visibleOwner(actor);
  const found: App[] = [];
  for (const app of context.appIndex.behind(parseCursor(filter.cursor))) {
    if (visible !== null && app.owner !== visible) continue;
    if (isWanted(context, app, filter)) found.push(app);
    if (found.length > filter.limit) break;
  }
  const { items, next } = cutPage(found, filter.limit, (app) => app.name);
  return { items: items.map((app) => viewApp(context, app)), next };
}

function isWanted(context: Context, app: App, { owner, state }: AppFilter): boolean {
  if (owner !== undefined && app.owner !== owner) return false;
  return state === undefined || conditionOf(context, app).state === state;
}
