import { AppRequest } from '@berth/spec/app-spec';
import type { OperationKind } from '@berth/spec/operation';
import { fieldProblem } from '@berth/spec/problem';
import type { App } from '../core/app.ts';
import { type Books, releasesOf } from '../core/books.ts';
import { isSameJson, type JsonObject, mergePatch, toJson } from '../core/merge-patch.ts';
import { parsePart } from '../core/parse-part.ts';
import { type Accepted, accept, changed, requireFree } from './accept.ts';
import { acceptNothing } from './accept-nothing.ts';
import type { Actor } from './actor.ts';
import { getApp, requireEngine, requireVersion } from './app-access.ts';
import type { AppTarget } from './change-app.ts';
import type { Context } from './context.ts';
import { refreshUse } from './make-room.ts';
import { decideDeploy } from './deploy-app.ts';
import { requireDomains } from './domain-rule.ts';
import type { Entry } from './ledger.ts';
import { appVerbs } from './verb.ts';

/** `patch` is an RFC 7396 merge patch of the AppRequest that would make the app as it is wished for now. */
export interface AppPatch extends AppTarget {
  readonly patch: JsonObject;
}

/**
 * Changes what the patch names. A changed spec is a deploy; changed replicas, domains, `route`, `life` or `started` make no new
 * release, and a patch that changes nothing has succeeded at once.
 */
export async function patchApp(context: Context, actor: Actor, patch: AppPatch): Promise<Accepted> {
  await refreshUse(context);
  return context.ledger.write((books) => {
    const app = getApp(books, actor, { name: patch.name, scope: 'deploy' });
    requireVersion(app, patch.ifMatch);
    const entry = decidePatch(context, actor, { ...patch, books, app });
    return patch.dryRun === true ? { changes: [], result: entry.result } : entry;
  });
}

type Patch = AppPatch & { readonly books: Readonly<Books>; readonly app: App };

function decidePatch(context: Context, actor: Actor, patch: Patch): Entry<Accepted> {
  const { books, app, name } = patch;
  const before = currentRequest(books, app);
  const request = parsePart(AppRequest, mergePatch(toJson(before), patch.patch), 'patch');
  if (!isSameJson(toJson(specOf(request)), toJson(specOf(before))))
    return decideDeploy(context, actor, {
      name,
      request: { ...request, route: request.route ?? {}, life: request.life ?? {} },
      books,
    });
  requireSamePlace(app, request);
  const kind = changedKind(before, request);
  if (kind === null) return acceptNothing(context, actor, { app, kind: 'scale' });
  requireFree(books, app, kind);
  requireDomains(context, books, { actor, app, domains: request.domains ?? [] });
  requireEngine(context, app.engine);
  const { replicas = app.replicas, domains = app.domains, route = {}, life = {} } = request;
  return accept(context, actor, {
    app: changed(context, app, { ...startedWish(context, app, kind), replicas, domains, route, life }),
    kind,
  });
}

/** The request that would make the app what it is wished to be: by what is being rolled out, else what serves, else what failed. */
function currentRequest(books: Readonly<Books>, app: App): AppRequest {
  const release = releasesOf(books, app.id).get(app.target?.release ?? app.serving?.release ?? app.lastRelease);
  if (release === undefined) throw new Error(`app ${app.name} has no release in memory`);
  const { owner, engine, replicas, route, life } = app;
  const place = { owner, engine, replicas, domains: [...app.domains], route, life };
  return { ...release.spec, ...place, started: app.desired !== 'stopped' };
}

function specOf(request: AppRequest) {
  const {
    owner: _owner,
    engine: _engine,
    replicas: _replicas,
    domains: _domains,
    route: _route,
    life: _life,
    started: _started,
    ...spec
  } = request;
  return spec;
}

/** A spec that changed is checked by the deploy that it comes to. */
function requireSamePlace(app: App, { owner = app.owner, engine = app.engine }: AppRequest): void {
  if (owner !== app.owner) throw fieldProblem('owner', `the app belongs to "${app.owner}"`);
  if (engine !== app.engine) throw fieldProblem('engine', `the app is on "${app.engine}"`);
}

function changedKind(before: AppRequest, after: AppRequest): OperationKind | null {
  if (after.started !== before.started) return after.started ? 'start' : 'stop';
  if ((after.replicas ?? before.replicas) !== before.replicas) return 'scale';
  if (after.domains !== undefined && !isSame(after.domains, before.domains)) return 'domains';
  if (!isSame(after.route, before.route)) return 'route';
  return isSame(after.life, before.life) ? null : 'life';
}

/** What is not said is as what says nothing. */
function isSame(one: object = {}, other: object = {}): boolean {
  return isSameJson(toJson(one), toJson(other));
}

function startedWish(context: Context, app: App, kind: OperationKind): Partial<App> {
  const verbs = appVerbs(context);
  return kind === 'start' || kind === 'stop' ? verbs[kind].wish(app) : {};
}
