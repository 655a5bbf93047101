import type { DomainRoute } from '@berth/spec/app-spec';
import { fieldProblem, Problem } from '@berth/spec/problem';
import type { App } from '../core/app.ts';
import { appHost } from '../core/app-route.ts';
import type { Books } from '../core/books.ts';
import { routeKey } from '../core/route-table.ts';
import { type Actor, visibleOwner } from './actor.ts';
import type { Context } from './context.ts';

/** What is asked for: that a domain of `app` be allowed. `field` is the one that names it. */
interface DomainWish {
  readonly actor: Actor;
  readonly app: App;
  readonly domain: DomainRoute;
  readonly field: string;
}

/** One host and prefix leads to one app, and one host belongs to one owner. */
export function requireDomains(
  context: Context,
  books: Readonly<Books>,
  wish: { actor: Actor; app: App; domains: readonly DomainRoute[] },
): void {
  const { actor, app, domains } = wish;
  const seen = new Set<string>();
  for (const [index, domain] of domains.entries()) {
    const key = routeKey(domain);
    const field = `domains[${index}]`;
    if (seen.has(key)) throw fieldProblem(field, `${key} is listed twice`);
    seen.add(key);
    requireHost(context, books, { actor, app, domain, field });
    const holder = findHolder(books, app, domain);
    if (holder !== undefined) throw domainTaken(actor, domain, holder);
  }
}

/** A host that is or would be another app's own is nobody else's; nor is one that another owner's app has a part of. */
export function requireHost(context: Context, books: Readonly<Books>, { actor, app, domain, field }: DomainWish): void {
  const { baseDomain } = context.policy;
  const own = appHost(app, baseDomain);
  if (domain.host === own && domain.pathPrefix === '/')
    throw fieldProblem(field, `${own} always leads to this app; leave it away`);
  if (domain.host !== own && isAppHost(domain.host, baseDomain))
    throw fieldProblem(field, `${domain.host} is kept for the app of that name`);
  if (visibleOwner(actor) !== null && isForeign(books, app, domain.host)) {
    throw new Problem('domain-taken', `Another user has ${domain.host}; choose another host, or ask an administrator.`);
  }
}

/** The other app that this place leads to. */
export function findHolder(books: Readonly<Books>, app: App, domain: DomainRoute): App | undefined {
  const holder = books.apps.get(books.domains.get(routeKey(domain)) ?? '');
  return holder?.id === app.id ? undefined : holder;
}

/** The holder is named to those only who may see it. */
export function domainTaken(actor: Actor, domain: DomainRoute, holder: App): Problem {
  const visible = visibleOwner(actor);
  const name = visible === null || visible === holder.owner ? `the app "${holder.name}"` : 'another app';
  return new Problem('domain-taken', `${routeKey(domain)} is already bound to ${name}; remove it there first.`);
}

/** Two owners under one host would read each other's cookies, and one could take the other's paths. */
function isForeign(books: Readonly<Books>, app: App, host: string): boolean {
  const prefix = `${host}/`;
  for (const [key, appId] of books.domains) {
    if (key.startsWith(prefix) && books.apps.get(appId)?.owner !== app.owner) return true;
  }
  return false;
}

function isAppHost(host: string, baseDomain: string): boolean {
  if (host === baseDomain) return true;
  const suffix = `.${baseDomain}`;
  return host.endsWith(suffix) && !host.slice(0, -suffix.length).includes('.');
}
