import type { DomainRoute } from '@berth/spec/app-spec';
import { fieldProblem, Problem } from '@berth/spec/problem';
import type { App } from '../core/app.ts';
import { appHost } from '../core/app-route.ts';
import type { Books } from '../core/books.ts';
import { routeKey } from '../core/route-table.ts';
import type { Actor } from './actor.ts';
import { visibleOwner } from './actor.ts';
import type { Context } from './context.ts';

/** One host and prefix leads to one app; a host that is or would be another app's own is nobody else's. */
export function requireDomains(context: Context, books: Readonly<Books>, wish: { actor: Actor; app: App; domains: readonly DomainRoute[] }): void {
  const { actor, app, domains } = wish;
  const own = appHost(app, context.policy.baseDomain);
  const seen = new Set<string>();
  for (const [index, domain] of domains.entries()) {
    const key = routeKey(domain);
    const field = `domains[${index}]`;
    if (seen.has(key)) throw fieldProblem(field, `${key} is listed twice`);
    seen.add(key);
    if (domain.host === own && domain.pathPrefix === '/') throw fieldProblem(field, `${own} always leads to this app; leave it away`);
    if (domain.host !== own && isAppHost(domain.host, context.policy.baseDomain)) throw fieldProblem(field, `${domain.host} is kept for the app of that name`);
    requireUnbound(books, { actor, app, key });
  }
}

function requireUnbound(books: Readonly<Books>, wish: { actor: Actor; app: App; key: string }): void {
  const holderId = books.domains.get(wish.key);
  if (holderId === undefined || holderId === wish.app.id) return;
  const holder = books.apps.get(holderId);
  const visible = visibleOwner(wish.actor);
  const name = holder !== undefined && (visible === null || visible === holder.owner) ? `the app "${holder.name}"` : 'another app';
  throw new Problem('domain-taken', `${wish.key} is already bound to ${name}.`);
}

function isAppHost(host: string, baseDomain: string): boolean {
  if (host === baseDomain) return true;
  const suffix = `.${baseDomain}`;
  return host.endsWith(suffix) && !host.slice(0, -suffix.length).includes('.');
}
