import { randomBytes } from 'node:crypto';
import { Scope } from '@berth/spec/access';
import { renderInstant } from '@berth/spec/instant';
import { Problem } from '@berth/spec/problem';
import { type Spawn, SpawnOrigin } from '@berth/spec/spawn';
import { endedAt } from '../core/app-life.ts';
import { type Books, findApp } from '../core/books.ts';
import { isReady } from '../core/instance.ts';
import type { Operation } from '../core/operation.ts';
import { parsePart } from '../core/parse-part.ts';
import { isSpawned, requireRoom, type SpawnedApp } from '../core/spawn-room.ts';
import { chooseParameters, fillingsOf, fillTemplate, type Template } from '../core/template.ts';
import type { Accepted } from './accept.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import type { Context } from './context.ts';
import { decideDeploy } from './deploy-app.ts';
import { lifeSituation } from './expire-app.ts';
import type { Entry } from './ledger.ts';
import { failureOf, finish } from './operation-end.ts';
import { awaitOperation } from './operations.ts';
import { readLogs } from './read-logs.ts';
import { removeApp } from './remove-app.ts';
import { getTemplate } from './templates.ts';
import { ensureUser } from './users.ts';
import { viewApp } from './view.ts';

/** Whom an app is to be made for, and of which template. */
export interface SpawnWish {
  readonly template: string;
  /** Whose it becomes. */
  readonly owner: string;
  /** What the caller calls them. */
  readonly user: string | null;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A spawn that is accepted, or that its user has already. */
export interface Spawned {
  readonly app: SpawnedApp;
  /** What makes it come up; null once that is over. */
  readonly operation: Operation | null;
  /** False for one that was there before. */
  readonly created: boolean;
  /** Resolves when it takes connections. Rejects with the reason and the log's tail when it does not: nothing of it is left then. */
  readonly ready: Promise<void>;
}

/** Makes an app of a template, at a name that nobody can guess. Room for it is taken before anything begins. */
export async function spawnApp(context: Context, actor: Actor, wish: SpawnWish): Promise<Spawned> {
  const { template, user, parameters } = wish;
  parsePart(SpawnOrigin, { template, user, parameters }, 'user');
  authorize(actor, { scope: 'deploy', owner: wish.owner });
  getTemplate(context, context.ledger.books, wish.template);
  await ensureUser(context, wish.owner);
  const { app, operation, created } = await context.ledger.write((books) =>
    decideSpawn(context, actor, { ...wish, books }),
  );
  const ready =
    created && operation !== null ? makeReady(context, app, operation) : awaitOther(context, app, operation);
  // Whoever does not wait is not to be told.
  ready.catch(() => undefined);
  return { app, operation, created, ready };
}

/** Those that the actor may see, oldest first. */
export function listSpawns(
  context: Context,
  actor: Actor,
  filter: { readonly template?: string | undefined; readonly user?: string | undefined } = {},
): Spawn[] {
  authorize(actor, { scope: 'read', owner: actor.user });
  const visible = visibleOwner(actor);
  return livingSpawns(context.ledger.books)
    .filter(({ owner }) => visible === null || owner === visible)
    .filter(({ spawn }) => filter.template === undefined || spawn.template === filter.template)
    .filter(({ spawn }) => filter.user === undefined || spawn.user === filter.user)
    .toSorted((one, other) => one.createdAt - other.createdAt)
    .map((app) => viewSpawn(context, app));
}

export function showSpawn(context: Context, actor: Actor, id: string): Spawn {
  return viewSpawn(context, getSpawn(context.ledger.books, actor, { id, scope: 'read' }));
}

/** Ends a spawn, and what is in its volumes. */
export function removeSpawn(
  context: Context,
  actor: Actor,
  removal: { readonly id: string; readonly dryRun?: boolean | undefined },
): Promise<Accepted> {
  getSpawn(context.ledger.books, actor, { id: removal.id, scope: 'deploy' });
  return removeApp(context, actor, { name: removal.id, volumes: 'all', dryRun: removal.dryRun });
}

/** The user's newest spawn of a template that has not ended; undefined when there is none. */
export function findSpawnOf(context: Context, place: Pick<SpawnWish, 'template' | 'user'>): SpawnedApp | undefined {
  return livingSpawns(context.ledger.books)
    .filter(({ spawn }) => spawn.template === place.template && spawn.user === place.user)
    .filter((app) => endedAt(lifeSituation(context, app)) === null)
    .toSorted((one, other) => other.createdAt - one.createdAt)[0];
}

/** The spawn of that id, for somebody who may do this with it; `spawn-not-found` for everybody else. */
function getSpawn(
  books: Readonly<Books>,
  actor: Actor,
  access: { readonly id: string; readonly scope: Scope },
): SpawnedApp {
  const app = findApp(books, access.id);
  const hidden = unknown(access.id);
  if (app === undefined || !isSpawned(app) || app.removing !== null) throw hidden;
  authorize(actor, { scope: access.scope, owner: app.owner }, hidden);
  return app;
}

type Decided = Pick<Spawned, 'app' | 'operation' | 'created'>;

function decideSpawn(
  context: Context,
  actor: Actor,
  wish: SpawnWish & { readonly books: Readonly<Books> },
): Entry<Decided> {
  const { books, owner, user } = wish;
  const template = getTemplate(context, books, wish.template);
  const parameters = chooseParameters(template, wish.parameters);
  const present = template.onePerUser === undefined ? undefined : findSpawnOf(context, wish);
  if (present !== undefined && present.owner === owner) return presentSpawn(books, template, present);
  const spawns = livingSpawns(books).filter((app) => endedAt(lifeSituation(context, app)) === null);
  requireRoom({ template, owner, user, spawns, max: context.policy.maxSpawns });
  const id = makeId(books, template);
  const filling = { id, user: user ?? owner, parameters: fillingsOf(template, parameters) };
  const { changes, news, result } = decideDeploy(context, actor, {
    name: id,
    request: { ...fillTemplate(template, filling), owner },
    onlyNew: true,
    spawn: { template: template.name, user, parameters },
    books,
  });
  const app = { ...result.app, spawn: { template: template.name, user, parameters } };
  return { changes, news: news ?? [], result: { app, operation: result.operation, created: true } };
}

function presentSpawn(books: Readonly<Books>, { onePerUser }: Template, app: SpawnedApp): Entry<Decided> {
  if (onePerUser === 'refuse')
    throw new Problem('no-room', `The user has a spawn of this template already, "${app.name}"; remove it first.`);
  return { changes: [], result: { app, operation: books.operations.get(app.id) ?? null, created: false } };
}

function makeId(books: Readonly<Books>, { idLength }: Template): string {
  for (;;) {
    const id = randomBytes(Math.ceil(idLength / 2))
      .toString('hex')
      .slice(0, idLength);
    if (!books.appIds.has(id)) return id;
  }
}

function livingSpawns(books: Readonly<Books>): SpawnedApp[] {
  return [...books.apps.values()].filter(isSpawned).filter(({ removing }) => removing === null);
}

/** Whoever sees to a spawn until it is up: its end is not the caller's to prevent. */
const caretaker: Actor = { user: 'berth', role: 'admin', scopes: Scope.options };
const forEverMs = 2 ** 31 - 1;
/** So long the answer about a failed spawn waits for what is left of it to go. */
const discardMs = 10_000;

async function makeReady(context: Context, app: SpawnedApp, operation: Operation): Promise<void> {
  const ended = await awaitOperation(context, caretaker, { id: operation.id, timeoutMs: forEverMs });
  const failure = ended.state === 'succeeded' ? await deadOnArrival(context, app) : failureOf(ended);
  if (failure === null) return;
  await discard(context, app);
  throw failure;
}

/** An instance that ends well before anybody could reach it has done its work, but is nobody's server. */
async function deadOnArrival(context: Context, app: SpawnedApp): Promise<Problem | null> {
  if (context.fleet.instancesOf(app.id).some(isReady)) return null;
  const logTail: string[] = [];
  const signal = AbortSignal.timeout(3000);
  try {
    const lines = readLogs(context, caretaker, { name: app.name, follow: false, tail: 20, signal });
    for await (const { line } of lines) logTail.push(line);
  } catch {
    // The reason is told without it.
  }
  const detail = 'It ended before it took connections.';
  return new Problem('deploy-failed', detail, { facts: { app: app.name, logTail } });
}

/** What cannot be removed now, is by its own life: it has ended. */
async function discard(context: Context, app: SpawnedApp): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = context.clock.after(discardMs, resolve);
  const removal = removeApp(context, caretaker, { name: app.name, volumes: 'all' }).then((accepted) =>
    finish(context, accepted),
  );
  await Promise.race([removal.catch(() => undefined), promise]);
  cancel();
}

/** Somebody else sees to it: whether it comes up is told all the same. */
async function awaitOther(context: Context, app: SpawnedApp, operation: Operation | null): Promise<void> {
  if (operation === null || context.fleet.instancesOf(app.id).some(isReady)) return;
  const ended = await awaitOperation(context, caretaker, { id: operation.id, timeoutMs: forEverMs });
  if (ended.state !== 'succeeded') throw failureOf(ended);
}

/** As it is by now; `spawn-not-found` where it is gone. */
export function viewSpawn(context: Context, { id: appId, name }: SpawnedApp): Spawn {
  const app = context.ledger.books.apps.get(appId);
  if (app === undefined || !isSpawned(app)) throw unknown(name);
  const { url, state, reason, operation } = viewApp(context, app);
  const { owner, spawn, createdAt } = app;
  return { id: name, ...spawn, owner, url, state, reason, operation, createdAt: renderInstant(createdAt) };
}

function unknown(id: string): Problem {
  return new Problem('spawn-not-found', `There is no spawn "${id}"; GET /v1/spawns lists yours.`);
}
