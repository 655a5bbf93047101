import type { DomainRoute } from '@berth/spec/app-route';
import { fieldProblem, Problem } from '@berth/spec/problem';
import type { App } from '../core/app.ts';
import { appHost } from '../core/app-route.ts';
import type { Books } from '../core/books.ts';
import { isWildcard } from '../core/route-index.ts';
import { routeKey } from '../core/route-table.ts';
import { type Actor, visibleOwner } from './actor.ts';
import type { Context } from './context.ts';

/** What is asked for: that `app` have these domains. */
interface DomainWish {
  readonly actor: Actor;
  readonly app: App;
  readonly domains: readonly DomainRoute[];
}

/** One host and prefix leads to one app, and one host belongs to one owner. */
export function requireDomains(context: Context, books: Readonly<Books>, wish: DomainWish): void {
  const { actor, app, domains } = wish;
  requireHosts(context, books, { ...wish, nameOf: (index) => `domains[${index}]` });
  const seen = new Set<string>();
  for (const [index, domain] of domains.entries()) {
    const key = routeKey(domain);
    if (seen.has(key)) throw fieldProblem(`domains[${index}]`, `${key} is listed twice`);
    seen.add(key);
    const holder = findHolder(books, app, domain);
    if (holder !== undefined) throw domainTaken(actor, domain, holder);
  }
}

/** A host that is or would be another app's own is nobody else's; nor is one that another owner's app has a part of. */
export function requireHosts(
  context: Context,
  books: Readonly<Books>,
  { actor, app, domains, nameOf }: DomainWish & { readonly nameOf: (index: number) => string },
): void {
  const { baseDomain } = context.policy;
  const own = appHost(app, baseDomain);
  for (const [index, { host, pathPrefix }] of domains.entries()) {
    if (host === own && pathPrefix === '/')
      throw fieldProblem(nameOf(index), `${own} always leads to this app; leave it away`);
    if (host !== own && isAppHost(host, baseDomain))
      throw fieldProblem(nameOf(index), `${host} is kept for the app of that name`);
  }
  if (visibleOwner(actor) === null) return;
  requireOwnWildcards(app, domains);
  const foreign = findForeignHost(books, app, domains);
  if (foreign !== undefined)
    throw new Problem('domain-taken', `Another user has ${foreign}; choose another host, or ask an administrator.`);
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

/** A wildcard takes in hosts that are nobody's yet, so that only an administrator gives one to an app. */
function requireOwnWildcards(app: App, domains: readonly DomainRoute[]): void {
  const known = new Set(app.domains.map(({ host }) => host));
  const wild = domains.find(({ host }) => isWildcard(host) && !known.has(host));
  if (wild === undefined) return;
  throw new Problem('forbidden', `Only an administrator may let ${wild.host} lead to an app; name single hosts.`);
}

/**
 * Two owners under one host would read each other's cookies, and one could take the other's paths. Only an administrator
 * puts them there, as below another owner's wildcard; a host that the app has a part of already is not asked about again.
 */
function findForeignHost(books: Readonly<Books>, app: App, domains: readonly DomainRoute[]): string | undefined {
  const known = new Set(app.domains.map(({ host }) => host));
  const asked = new Set(domains.map(({ host }) => host).filter((host) => !known.has(host)));
  if (asked.size === 0) return undefined;
  for (const [key, appId] of books.domains) {
    const host = key.slice(0, key.indexOf('/'));
    const isMet = isWildcard(host) ? [...asked].some((one) => one.endsWith(host.slice(1))) : asked.has(host);
    if (isMet && books.apps.get(appId)?.owner !== app.owner) return host;
  }
  return undefined;
}

function isAppHost(host: string, baseDomain: string): boolean {
  if (host === baseDomain) return true;
  const suffix = `.${baseDomain}`;
  return host.endsWith(suffix) && !host.slice(0, -suffix.length).includes('.');
}
