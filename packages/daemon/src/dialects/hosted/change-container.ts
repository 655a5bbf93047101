import type { App } from '../../core/app.ts';
import { findApp, releasesOf } from '../../core/books.ts';
import { type AppVerb } from '../../use-cases/verb.ts';
import { actOnApp } from '../../use-cases/act-on-app.ts';
import { visibleOwner } from '../../use-cases/actor.ts';
import { finish, finishOrYield, whenFree } from '../../use-cases/operation-end.ts';
import { removeApp } from '../../use-cases/remove-app.ts';
import { conditionOf } from '../../use-cases/view.ts';
import type { Hand } from './hand.ts';
import { type Params, requireText } from './request.ts';
import { reasons, refused, success, type Verdict } from './verdict.ts';

/** Where the volume that outlives redeploys is mounted. */
export const savePath = '/save';

/** The app of that name, where this API may work on it and it is to stay. */
export function findContainer({ context, actor }: Hand, name: string): App | undefined {
  const app = findApp(context.ledger.books, name);
  const owner = visibleOwner(actor);
  const isHidden = app === undefined || app.removing !== null || (owner !== null && app.owner !== owner);
  return isHidden ? undefined : app;
}

/** Stops what runs, is paused, or keeps ending; also what is being deployed. */
export async function stopContainer(hand: Hand, params: Params): Promise<Verdict> {
  const { context, actor } = hand;
  const name = requireText(params, 'name');
  const app = findContainer(hand, name);
  if (app === undefined || !isOn(hand, app)) return refused(reasons.notRunning);
  await finishOrYield(context, await actOnApp(context, actor, { name, verb: 'stop' }));
  return success;
}

/** Starts what does not run, and lets go on what is paused. */
export async function runContainer(hand: Hand, params: Params): Promise<Verdict> {
  const { context, actor } = hand;
  const name = requireText(params, 'name');
  return whenFree(context, async () => {
    const app = findContainer(hand, name);
    if (app === undefined) return refused(reasons.unknown);
    const verb = wayToRun(hand, app);
    if (verb === undefined) return refused(reasons.alreadyRunning);
    await finish(context, await actOnApp(context, actor, { name, verb }));
    return success;
  });
}

/** Removes the app with what it saved. */
export async function deleteContainer(hand: Hand, params: Params): Promise<Verdict> {
  const { context, actor } = hand;
  const name = requireText(params, 'name');
  const app = findContainer(hand, name);
  if (app === undefined) return refused(reasons.unknown);
  await finishOrYield(context, await removeApp(context, actor, { name, volumes: savedVolumes(hand, app) }));
  return success;
}

/** The app's volumes at `/save`; others are not this API's to remove. */
export function savedVolumes({ context }: Hand, app: App): string[] {
  const releases = [...releasesOf(context.ledger.books, app.id).values()];
  const saved = releases.flatMap(({ spec }) => spec.volumes.filter(({ path }) => path === savePath));
  return [...new Set(saved.map((volume) => volume.name))];
}

function isOn({ context }: Hand, app: App): boolean {
  const { state } = conditionOf(context, app);
  return app.desired !== 'stopped' && state !== 'completed' && state !== 'failed';
}

/** What makes the app run; undefined when it does. One that should run and does not is begun anew. */
function wayToRun({ context }: Hand, app: App): AppVerb | undefined {
  if (app.desired === 'paused') return 'unpause';
  if (app.desired === 'stopped') return 'start';
  return context.fleet.instancesOf(app.id).some(({ state }) => state === 'running') ? undefined : 'restart';
}
