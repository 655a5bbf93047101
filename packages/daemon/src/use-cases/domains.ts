import type { DomainRoute } from '@berth/spec/app-route';
import { fieldProblem, Problem } from '@berth/spec/problem';
import type { App } from '../core/app.ts';
import type { Books } from '../core/books.ts';
import { isSameJson, toJson } from '../core/merge-patch.ts';
import { type RouteKey, routeKey } from '../core/route-table.ts';
import { type Accepted, accept, changed, requireFree } from './accept.ts';
import { acceptNothing } from './accept-nothing.ts';
import { type Actor, authorize } from './actor.ts';
import { getApp, requireEngine, requireVersion } from './app-access.ts';
import { type AppTarget, changeApp } from './change-app.ts';
import type { Context } from './context.ts';
import { domainTaken, findHolder, requireHosts } from './domain-rule.ts';
import type { Entry } from './ledger.ts';

const mostDomains = 100;

/** `force` takes the domain from the app that has it, where the actor may change that one too. */
export interface NewDomain extends AppTarget {
  readonly domain: DomainRoute;
  readonly force?: boolean | undefined;
}

/** Lets a host and path prefix lead to the app. One that it has already is a success without a change. */
export function addDomain(context: Context, actor: Actor, addition: NewDomain): Promise<Accepted> {
  return context.ledger.write((books) => {
    const entry = decideAddition(context, actor, { ...addition, books });
    return addition.dryRun === true ? { changes: [], result: entry.result } : entry;
  });
}

/** Takes a domain away from the app. */
export function removeDomain(
  context: Context,
  actor: Actor,
  removal: AppTarget & { readonly host: string; readonly pathPrefix: string },
): Promise<Accepted> {
  const wish = (app: App): Partial<App> => {
    const domains = withoutPlace(app, removal);
    if (domains.length < app.domains.length) return { domains };
    throw new Problem('domain-not-found', `The app "${app.name}" has no domain ${routeKey(removal)}.`, {
      facts: { app: app.name },
    });
  };
  return changeApp(context, actor, { ...removal, verb: { kind: 'domains', scope: 'deploy', wish } });
}

type Addition = NewDomain & { readonly books: Readonly<Books> };

function decideAddition(context: Context, actor: Actor, addition: Addition): Entry<Accepted> {
  const { books, domain } = addition;
  const app = getApp(books, actor, { name: addition.name, scope: 'deploy' });
  requireVersion(app, addition.ifMatch);
  requireFree(books, app, 'domains');
  if (app.domains.some((one) => isSameJson(toJson(one), toJson(domain))))
    return acceptNothing(context, actor, { app, kind: 'domains' });
  requireHosts(context, books, { actor, app, domains: [domain], nameOf: () => 'host' });
  requireEngine(context, app.engine);
  const holder = findHolder(books, app, domain);
  const gain = accept(context, actor, { app: withDomain(context, app, domain), kind: 'domains' });
  if (holder === undefined) return gain;
  requireMovable(context, actor, { ...addition, holder });
  const loss = accept(context, actor, {
    app: changed(context, holder, { domains: withoutPlace(holder, domain) }),
    kind: 'domains',
  });
  // The loss is written first: one place cannot lead to two apps, not even between two lines of one commit.
  return { changes: [...loss.changes, ...gain.changes], news: [...loss.news, ...gain.news], result: gain.result };
}

function requireMovable(
  context: Context,
  actor: Actor,
  { books, domain, force, holder }: Addition & { readonly holder: App },
): void {
  const taken = domainTaken(actor, domain, holder);
  if (force !== true) throw taken;
  authorize(actor, { scope: 'deploy', owner: holder.owner }, taken);
  requireFree(books, holder, 'domains');
  requireEngine(context, holder.engine);
}

function withDomain(context: Context, app: App, domain: DomainRoute): App {
  const others = withoutPlace(app, domain);
  if (others.length >= mostDomains) throw fieldProblem('host', `an app has at most ${mostDomains} domains`);
  return changed(context, app, { domains: [...others, domain] });
}

function withoutPlace(app: App, place: RouteKey): DomainRoute[] {
  return app.domains.filter((domain) => routeKey(domain) !== routeKey(place));
}
