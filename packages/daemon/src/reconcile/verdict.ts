import type { ProblemCode } from '@berth/spec/problem';
import { Problem } from '@berth/spec/problem';
import { type App, type Release, type Revision, sameRevision } from '../core/app.ts';
import { type Books, releasesOf } from '../core/books.ts';
import type { Change } from '../core/change.ts';
import { volumeName } from '../core/container-request.ts';
import type { Operation } from '../core/operation.ts';
import { label } from '../core/label.ts';
import { problemDocument } from '../core/problem-document.ts';
import type { Engine } from '../ports/engine.ts';
import type { Entry, News } from '../use-cases/ledger.ts';
import type { World } from './world.ts';

const logTailLines = 20;

/** The revision took traffic: it is the serving one now, and the operation that asked for it is done. */
export async function promoteRevision(world: World, appId: string, revision: Revision): Promise<void> {
  await world.ledger.write((books) => {
    const app = books.apps.get(appId);
    if (app === undefined || !sameRevision(app.target, revision)) return nothing;
    const next: App = { ...app, serving: revision, target: null, failure: null };
    const releases = releasesOf(books, appId);
    const changes = [
      ...promotedReleases(world, app, releases.get(revision.release)),
      { kind: 'app.put', app: next } as const,
    ];
    const ended = endOperation(world, books, {
      appId,
      revision,
      outcome: { detail: `Release ${revision.release} serves.` },
    });
    const news: News = {
      kind: 'release.serving',
      app: app.name,
      owner: app.owner,
      operation: ended.id,
      detail: `Release ${revision.release} serves.`,
    };
    return { changes: [...changes, ...ended.changes], news: [news, ...ended.news], result: null };
  });
}

function promotedReleases(world: World, app: App, release: Release | undefined): Change[] {
  if (release === undefined) return [];
  const serving: Change = {
    kind: 'release.put',
    release: { ...release, state: 'serving', reason: null, servingSince: world.clock.now() },
  };
  const before = releasesOf(world.ledger.books, app.id).get(app.serving?.release ?? -1);
  if (before === undefined || before.number === release.number) return [serving];
  return [serving, { kind: 'release.put', release: { ...before, state: 'superseded' } }];
}

/** The revision did not come up: what served before goes on, and the operation says why it failed. */
export async function abandonRevision(
  hand: { readonly world: World; readonly engine: Engine; readonly app: App },
  verdict: {
    readonly revision: Revision;
    readonly reason: string;
    readonly instance: string | null;
    readonly code?: ProblemCode;
  },
): Promise<void> {
  const { world, app } = hand;
  const logTail = verdict.instance === null ? [] : await readLogTail(hand.engine, verdict.instance);
  await world.ledger.write((books) => {
    const current = books.apps.get(app.id);
    if (current === undefined || !sameRevision(current.target, verdict.revision)) return nothing;
    const reason =
      verdict.code === undefined
        ? `Release ${verdict.revision.release} was given up: an instance ${verdict.reason}.`
        : verdict.reason;
    const detail = current.serving === null ? reason : `${reason} Release ${current.serving.release} goes on serving.`;
    const problem = new Problem(verdict.code ?? 'deploy-failed', detail);
    const outcome = { detail, problem, logTail };
    const ended = endOperation(world, books, { appId: app.id, revision: verdict.revision, outcome });
    const changes: Change[] = [{ kind: 'app.put', app: { ...current, target: null, failure: reason } }];
    const release = releasesOf(books, app.id).get(verdict.revision.release);
    if (release?.state === 'pending')
      changes.unshift({ kind: 'release.put', release: { ...release, state: 'failed', reason } });
    const news: News = { kind: 'release.failed', app: app.name, owner: app.owner, operation: ended.id, detail };
    return { changes: [...changes, ...ended.changes], news: [news, ...ended.news], result: null };
  });
}

/** Nothing of the app is left but its record, and the volumes that were named: they go, then the record. */
export async function forgetApp({
  world,
  engine,
  app,
}: {
  readonly world: World;
  readonly engine: Engine;
  readonly app: App;
}): Promise<void> {
  const { site } = world.policy;
  for (const volume of app.removing?.volumes ?? []) await engine.volumes.remove(volumeName(site, app.name, volume));
  const records = await engine.volumes.list([`${label.site}=${site}`, `${label.appId}=${app.id}`, label.record]);
  for (const record of records) await engine.volumes.remove(record.name);
  await world.ledger.write((books) => {
    const ended = endOperation(world, books, { appId: app.id, revision: null, outcome: { detail: 'Removed.' } });
    const news: News = {
      kind: 'app.removed',
      app: app.name,
      owner: app.owner,
      operation: ended.id,
      detail: 'Removed.',
    };
    return {
      changes: [...ended.changes, { kind: 'app.remove', id: app.id }],
      news: [...ended.news, news],
      result: null,
    };
  });
}

/** Ends the app's running operation by what was observed of it. */
export async function settleOperation(world: World, operation: Operation, outcome: Ending): Promise<void> {
  await world.ledger.write((books) => {
    const ended = endOperation(world, books, { appId: operation.appId, id: operation.id, outcome });
    return { ...ended, result: null };
  });
}

export interface Ending {
  readonly detail: string;
  /** Absent when it succeeded. */
  readonly problem?: Problem;
  readonly logTail?: readonly string[];
}

interface End {
  readonly appId: string;
  readonly id?: string;
  /** Of roll-outs: only the operation about this revision ends. Null: any. */
  readonly revision?: Revision | null;
  readonly outcome: Ending;
}

const nothing: Entry<null> = { changes: [], result: null };

function endOperation(
  world: World,
  books: Readonly<Books>,
  end: End,
): { id: string | null; changes: Change[]; news: News[] } {
  const operation = books.operations.get(end.appId);
  if (operation === undefined || !isMeant(operation, end)) return { id: null, changes: [], news: [] };
  const { detail, problem, logTail = [] } = end.outcome;
  const document =
    problem === undefined
      ? null
      : {
          ...problemDocument(problem),
          app: operation.appName,
          operation: operation.id,
          ...(logTail.length === 0 ? {} : { logTail: [...logTail] }),
        };
  const state = problem === undefined ? 'succeeded' : 'failed';
  const ended: Operation = {
    ...operation,
    state,
    phase: 'done',
    progress: null,
    detail,
    problem: document,
    logTail,
    endedAt: world.clock.now(),
  };
  world.progress.forget(operation.id);
  const news: News = {
    kind: `operation.${state}`,
    app: operation.appName,
    owner: operation.owner,
    operation: operation.id,
    detail: `${operation.kind}: ${detail}`,
  };
  return { id: operation.id, changes: [{ kind: 'operation.put', operation: ended }], news: [news] };
}

function isMeant(operation: Operation, end: End): boolean {
  if (end.id !== undefined) return operation.id === end.id;
  if (end.revision === undefined || end.revision === null) return true;
  return sameRevision(operation.revision, end.revision);
}

/** The last lines that an instance wrote; none when they cannot be had in time. */
export async function readLogTail(engine: Engine, instance: string): Promise<string[]> {
  const lines: string[] = [];
  const signal = AbortSignal.timeout(3000);
  try {
    for await (const { line } of engine.containers.logs(instance, { follow: false, tail: logTailLines, signal }))
      lines.push(line);
  } catch {
    return lines;
  }
  return lines.slice(-logTailLines);
}
