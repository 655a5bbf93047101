import { Problem } from '@berth/spec/problem';
import type { App, Release } from '../core/app.ts';
import { takeoverOf } from '../core/published-port.ts';
import { type Accepted, accept, changed, requireFree } from './accept.ts';
import type { Actor } from './actor.ts';
import { getApp, requireEngine, requireVersion } from './app-access.ts';
import type { AppTarget } from './change-app.ts';
import type { Context } from './context.ts';
import { refreshUse } from './make-room.ts';
import { requireUploads } from './uploads.ts';
import { pendingRelease, servingSpec } from './deploy-app.ts';
import { requirePublishing } from './publish-rule.ts';
import { requirePrivileges } from './workload-rule.ts';

const pageSize = 20;

/** Makes a new release that is what an older one was, to the very image. Default: the one that served before. */
export async function rollBackApp(
  context: Context,
  actor: Actor,
  rollback: AppTarget & { readonly release?: number | undefined },
): Promise<Accepted> {
  const access = { name: rollback.name, scope: 'deploy' } as const;
  const known = getApp(context.ledger.books, actor, access);
  const model =
    rollback.release === undefined
      ? await getPrevious(context, known)
      : await getServed(context, known, rollback.release);
  await refreshUse(context);
  return context.ledger.write((books) => {
    const app = getApp(books, actor, access);
    if (app.id !== known.id) throw noSuchRelease(app, model.number);
    requireVersion(app, rollback.ifMatch);
    requireFree(books, app, 'rollback');
    requireEngine(context, app.engine);
    requirePrivileges(context, actor, model.spec.privileges);
    requireUploads(books, app.owner, model.spec.files);
    requirePublishing(context, books, { app, spec: model.spec });
    const next = nextApp(context, app, model);
    const release = copyRelease(next, model, actor.user);
    const entry = accept(context, actor, { app: next, kind: 'rollback', revision: next.target ?? undefined, release });
    return rollback.dryRun === true ? { changes: [], result: entry.result } : entry;
  });
}

/** A stopped app stays stopped, with the older release's containers made. */
function nextApp(context: Context, app: App, model: Release): App {
  const target = { release: app.lastRelease + 1, generation: app.lastGeneration + 1 };
  return changed(context, app, {
    desired: app.desired === 'stopped' ? 'stopped' : 'running',
    desiredSince: context.clock.now(),
    urgent: false,
    target,
    takeover: takeoverOf(model.spec, servingSpec(context.ledger.books, app)),
    lastRelease: target.release,
    lastGeneration: target.generation,
  });
}

function copyRelease(app: App, model: Release, createdBy: string): Release {
  const { imageId, digest, servedPort } = model;
  return { ...pendingRelease(app, model.spec, { createdBy, createdAt: app.updatedAt }), imageId, digest, servedPort };
}

async function getPrevious(context: Context, app: App): Promise<Release> {
  let before = app.serving?.release ?? 0;
  while (before > 0) {
    const page = await context.store.listReleases(app.id, { before, limit: pageSize });
    const previous = page.find((release) => release.state === 'superseded');
    if (previous !== undefined) return previous;
    before = page.length < pageSize ? 0 : (page.at(-1)?.number ?? 0);
  }
  const detail = `No release of "${app.name}" served before ${app.serving === null ? 'now' : `release ${app.serving.release}`}; deploy the spec that you want instead.`;
  throw new Problem('release-not-found', detail, { facts: { app: app.name } });
}

async function getServed(context: Context, app: App, number: number): Promise<Release> {
  const release = await context.store.findRelease(app.id, number);
  if (number === app.serving?.release) {
    throw new Problem(
      'wrong-state',
      `Release ${number} of "${app.name}" serves; restart the app for new instances of it.`,
      { facts: { app: app.name } },
    );
  }
  if (release === undefined || release.servingSince === null) throw noSuchRelease(app, number);
  return release;
}

function noSuchRelease(app: App, number: number): Problem {
  const detail = `No release ${number} of "${app.name}" ever served; GET /v1/apps/${app.name}/releases lists those that did.`;
  return new Problem('release-not-found', detail, { facts: { app: app.name } });
}
