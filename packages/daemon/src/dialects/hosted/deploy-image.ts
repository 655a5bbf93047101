import { AppRequest, type AppSpec, type Port, type VolumeMount } from '@berth/spec/app-spec';
import { isProblem } from '@berth/spec/problem';
import { appHost } from '../../core/app-route.ts';
import type { App } from '../../core/app.ts';
import { findApp, releasesOf } from '../../core/books.ts';
import { parseImageName } from '../../core/image-name.ts';
import { parsePart } from '../../core/parse-part.ts';
import { type Deployed, deployApp } from '../../use-cases/deploy-app.ts';
import { finish, whenFree } from '../../use-cases/operation-end.ts';
import { removeApp } from '../../use-cases/remove-app.ts';
import { ensureUser } from '../../use-cases/users.ts';
import { savedVolumes, savePath } from './change-container.ts';
import type { Hand } from './hand.ts';
import { readWish, type Wish } from './read-wish.ts';
import type { Params } from './request.ts';
import { Turns } from './turns.ts';

/**
 * Deploys an image, and says where it runs once it takes traffic. A second call for the same name waits for the first and
 * then deploys: whoever called last has its image running.
 */
export function createDeployer(hand: Hand): (params: Params) => Promise<string> {
  const turns = new Turns();
  return async (params) => {
    const wish = readWish(params);
    requestOf(hand, wish, undefined);
    return turns.take(wish.name, () => deploy(hand, wish));
  };
}

async function deploy(hand: Hand, wish: Wish): Promise<string> {
  const { context, actor } = hand;
  await ensureUser(context, actor.user);
  const deployed = await whenFree(context, () => begin(hand, wish));
  try {
    await finish(context, deployed);
  } catch (error) {
    await forgetFailed(hand, deployed);
    throw error;
  }
  return `Running on ${appHost(deployed.app, context.policy.baseDomain)}!`;
}

/** What is kept of the app before is read and written as one: when it changes in between, it is read again. */
async function begin(hand: Hand, wish: Wish): Promise<Deployed> {
  const { context, actor } = hand;
  for (;;) {
    const before = findApp(context.ledger.books, wish.name);
    const guard = before === undefined ? { onlyNew: true } : { ifMatch: [before.version] };
    try {
      return await deployApp(context, actor, { name: wish.name, request: requestOf(hand, wish, before), ...guard });
    } catch (error) {
      const isOutdated = findApp(context.ledger.books, wish.name)?.version !== before?.version;
      if (!isOutdated || !isProblem(error, 'name-taken', 'precondition-failed')) throw error;
    }
  }
}

/** What this API cannot say stays as it was: limits, probes, other volumes. */
function requestOf(hand: Hand, { image, env, port }: Wish, before: App | undefined): AppRequest {
  const { registryCredential: known, ports, volumes, ...kept } = specBefore(hand, before);
  const owner = before?.owner ?? hand.actor.user;
  const request = {
    ...kept,
    owner,
    image,
    env,
    pull: 'refresh',
    registryCredential: findCredential(hand, { owner, image, known }),
    ports: withServed(ports ?? [], port),
    volumes: withSave(volumes ?? []),
  };
  return parsePart(AppRequest, request, 'request');
}

function specBefore({ context }: Hand, app: App | undefined): Partial<AppSpec> {
  if (app === undefined) return {};
  return releasesOf(context.ledger.books, app.id).get(app.serving?.release ?? app.lastRelease)?.spec ?? {};
}

/** Of the owner's credentials the one for the image's registry, as an engine that is logged in would use it. */
function findCredential(
  { context }: Hand,
  { owner, image, known }: { readonly owner: string; readonly image: string; readonly known: string | undefined },
): string | undefined {
  const { registry } = parseImageName(image);
  const all = [...context.ledger.books.credentials.values()];
  const fitting = all.filter((one) => one.owner === owner && one.registry === registry).map(({ name }) => name);
  return known !== undefined && fitting.includes(known) ? known : fitting[0];
}

/** What is published on the engine's host stays so; the URL reaches PORT. */
function withServed(ports: readonly Port[], port: number): Port[] {
  const isServed = ({ containerPort, protocol }: Port): boolean => containerPort === port && protocol === 'tcp';
  const others = ports.filter((one) => one.published !== undefined && !isServed(one));
  const published = ports.find(isServed)?.published;
  return [
    ...others.map((one) => ({ ...one, served: false })),
    { containerPort: port, protocol: 'tcp', served: true, ...(published === undefined ? {} : { published }) },
  ];
}

function withSave(volumes: readonly VolumeMount[]): VolumeMount[] {
  const hasSave = volumes.some(({ path }) => path === savePath);
  return hasSave ? [...volumes] : [...volumes, { name: 'save', path: savePath, readOnly: false }];
}

/** A name whose first deploy failed is as if it had never been asked for, unless somebody has worked on it since. */
async function forgetFailed(hand: Hand, { app: { name }, created }: Deployed): Promise<void> {
  const { context, actor, log } = hand;
  const app = findApp(context.ledger.books, name);
  const isNothing = created && app?.lastRelease === 1 && app.serving === null && app.target === null;
  if (app === undefined || app.removing !== null || !isNothing) return;
  try {
    const removal = { name, volumes: savedVolumes(hand, app), ifMatch: [app.version] };
    await finish(context, await removeApp(context, actor, removal));
  } catch (error) {
    log('warn', `the app "${name}", whose first deploy failed, stays: ${String(error)}`);
  }
}
