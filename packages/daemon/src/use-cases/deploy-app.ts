import { AppSpec, type AppRequest } from '@berth/spec/app-spec';
import { AppName } from '@berth/spec/name';
import { fieldProblem, Problem } from '@berth/spec/problem';
import type { SpawnOrigin } from '@berth/spec/spawn';
import type { App, Release } from '../core/app.ts';
import { type Books, credentialKey, findApp, releasesOf } from '../core/books.ts';
import { parsePart } from '../core/parse-part.ts';
import { takeoverOf } from '../core/published-port.ts';
import { type Accepted, accept, changed, requireFree } from './accept.ts';
import { type Actor, authorize } from './actor.ts';
import { getApp, requireEngine, requireVersion } from './app-access.ts';
import type { Context } from './context.ts';
import { refreshUse } from './make-room.ts';
import { requireDomains } from './domain-rule.ts';
import type { Entry } from './ledger.ts';
import { requireUploads } from './uploads.ts';
import { requirePublishing } from './publish-rule.ts';
import { requirePrivileges } from './workload-rule.ts';

export interface Deployment {
  readonly name: string;
  readonly request: AppRequest;
  /** Versions of the app that the caller accepts; undefined for any. */
  readonly ifMatch?: readonly number[] | undefined;
  /** True: only where no app of that name is. */
  readonly onlyNew?: boolean | undefined;
  /** Of what template it is made. */
  readonly spawn?: SpawnOrigin | undefined;
  /** True: everything is checked and nothing is written. */
  readonly dryRun?: boolean | undefined;
}

/** An accepted deploy; `created` when the app was not there before. */
export interface Deployed extends Accepted {
  readonly created: boolean;
}

/** Makes a new release of an app, which need not exist yet. Every call is a deploy, also of an equal spec. */
export async function deployApp(context: Context, actor: Actor, deployment: Deployment): Promise<Deployed> {
  await refreshUse(context);
  return context.ledger.write((books) => decideDeploy(context, actor, { ...deployment, books }));
}

/** What a deploy writes, for decisions that come to one. */
export function decideDeploy(
  context: Context,
  actor: Actor,
  deployment: Deployment & { readonly books: Readonly<Books> },
): Entry<Deployed> {
  const { books, request } = deployment;
  const existing = findApp(books, parsePart(AppName, deployment.name, 'name'));
  const before = existing === undefined ? newApp(context, actor, deployment) : existingApp(books, actor, deployment);
  requireEngine(context, before.engine);
  requireDomains(context, books, { actor, app: before, domains: request.domains ?? [] });
  requirePrivileges(context, actor, request.privileges);
  requireCredential(books, before.owner, request.registryCredential);
  requireUploads(books, before.owner, request.files);
  const { app, release } = nextRelease(context, actor, { before, request });
  requirePublishing(context, books, { app, spec: release.spec });
  const { changes, news, result } = accept(context, actor, {
    app,
    kind: 'deploy',
    revision: app.target ?? undefined,
    release,
  });
  const created = existing === undefined;
  if (created)
    news.unshift({ kind: 'app.created', app: app.name, owner: app.owner, operation: null, detail: `by ${actor.user}` });
  return deployment.dryRun === true
    ? { changes: [], result: { ...result, created } }
    : { changes, news, result: { ...result, created } };
}

function newApp(context: Context, actor: Actor, { name, request, ifMatch, spawn }: Deployment): App {
  const owner = request.owner ?? actor.user;
  authorize(actor, { scope: 'deploy', owner });
  if (!context.ledger.books.users.has(owner)) throw fieldProblem('owner', `there is no user "${owner}"`);
  if (ifMatch !== undefined)
    throw new Problem('precondition-failed', `There is no app "${name}" yet; leave If-Match away to create it.`);
  const engine = request.engine ?? context.policy.defaultEngine;
  if (!context.engines.has(engine)) throw fieldProblem('engine', `there is no engine "${engine}"`);
  const now = context.clock.now();
  return {
    id: context.clock.newId(),
    name,
    owner,
    engine,
    desired: 'running',
    desiredSince: now,
    urgent: false,
    removing: null,
    replicas: 1,
    domains: [],
    route: {},
    life: {},
    spawn: spawn ?? null,
    maintenance: null,
    target: null,
    serving: null,
    takeover: 'beside',
    failure: null,
    lastRelease: 0,
    lastGeneration: 0,
    version: 0,
    createdAt: now,
    updatedAt: now,
  };
}

function existingApp(books: Readonly<Books>, actor: Actor, deployment: Deployment): App {
  const { request } = deployment;
  const app = findApp(books, deployment.name);
  const taken = new Problem('name-taken', `The name "${deployment.name}" is in use; choose another.`, {
    facts: { app: deployment.name },
  });
  if (app === undefined || deployment.onlyNew === true) throw taken;
  authorize(actor, { scope: 'deploy', owner: app.owner }, taken);
  getApp(books, actor, { name: deployment.name, scope: 'deploy' });
  requireVersion(app, deployment.ifMatch);
  requireFree(books, app, 'deploy');
  if (request.owner !== undefined && request.owner !== app.owner)
    throw fieldProblem('owner', `the app belongs to "${app.owner}"`);
  if (request.engine !== undefined && request.engine !== app.engine)
    throw fieldProblem('engine', `the app is on "${app.engine}"`);
  return app;
}

function nextRelease(
  context: Context,
  actor: Actor,
  plan: { before: App; request: AppRequest },
): { app: App; release: Release } {
  const { before, request } = plan;
  const { owner: _owner, engine: _engine, replicas, domains, route, life, started, ...spec } = request;
  const revision = { release: before.lastRelease + 1, generation: before.lastGeneration + 1 };
  const now = context.clock.now();
  const next = AppSpec.parse(spec);
  const app = changed(context, before, {
    desired: started ? 'running' : 'stopped',
    desiredSince: now,
    urgent: false,
    replicas: replicas ?? before.replicas,
    domains: domains ?? before.domains,
    route: route ?? before.route,
    life: life ?? before.life,
    target: revision,
    takeover: takeoverOf(next, servingSpec(context.ledger.books, before)),
    lastRelease: revision.release,
    lastGeneration: revision.generation,
  });
  return { app, release: pendingRelease(app, next, { createdBy: actor.user, createdAt: now }) };
}

/** What serves, and may hold ports of the host. */
export function servingSpec(books: Readonly<Books>, app: App): AppSpec | undefined {
  return releasesOf(books, app.id).get(app.serving?.release ?? 0)?.spec;
}

/** A release that nothing is known of yet but its spec. */
export function pendingRelease(app: App, spec: AppSpec, made: { createdBy: string; createdAt: number }): Release {
  return {
    appId: app.id,
    number: app.lastRelease,
    state: 'pending',
    spec,
    imageId: null,
    digest: null,
    servedPort: null,
    reason: null,
    servingSince: null,
    ...made,
  };
}

function requireCredential(books: Readonly<Books>, owner: string, name: string | undefined): void {
  if (name === undefined || books.credentials.has(credentialKey({ owner, name }))) return;
  throw fieldProblem('registryCredential', `"${owner}" has no credential "${name}"`);
}
