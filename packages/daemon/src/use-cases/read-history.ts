import { renderInstant } from '@berth/spec/instant';
import type { PastRequest } from '@berth/spec/past-request';
import type { Actor } from './actor.ts';
import { getApp } from './app-access.ts';
import type { Context } from './context.ts';

/**
 * The last requests that went to an app, oldest first; none unless its `route.history` asks for that. Rejects with
 * `edge-unreachable` while the edge is being started.
 */
export async function readHistory(context: Context, actor: Actor, name: string): Promise<PastRequest[]> {
  const app = getApp(context.ledger.books, actor, { name, scope: 'read' });
  const past = await context.edge.history(app.name);
  return past.filter(({ at }) => at >= app.createdAt).map(({ at, path }) => ({ at: renderInstant(at), path }));
}
