import { AppRequest, type AppSpec, type Port, type VolumeMount } from '@berth/spec/app-spec';
import { AppName, ImageReference } from '@berth/spec/name';
import { isProblem } from '@berth/spec/problem';
import { appHost } from '../../core/app-route.ts';
import type { App } from '../../core/app.ts';
import { findApp, releasesOf } from '../../core/books.ts';
import { parsePart } from '../../core/parse-part.ts';
import { type Deployed, deployApp } from '../../use-cases/deploy-app.ts';
import { finish, whenFree } from '../../use-cases/operation-end.ts';
import { removeApp } from '../../use-cases/remove-app.ts';
import { ensureUser } from '../../use-cases/users.ts';
import { savedVolumes, savePath } from './change-container.ts';
import type { Hand } from './hand.ts';
import { badRequest, type Params, requireText } from './request.ts';
import { Turns } from './turns.ts';

interface Wish {
  readonly name: string;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
}

const usualEnv = { ENV: 'prod', PORT: '8001' };

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

function readWish(params: Params): Wish {
  const image = parsePart(ImageReference, requireText(params, 'image'), 'image');
  const name = parsePart(AppName, params['name'] ?? nameOf(image), 'name');
  const env = { ...usualEnv, ...readEnv(params['env'] ?? {}) };
  return { name, image, env, port: readPort(env.PORT) };
}

/** The last part of the path, without tag and digest. */
function nameOf(image: string): string {
  return (image.split('@')[0] ?? '').replace(/^.*\//, '').replace(/:.*$/, '');
}

/** Numbers and booleans are their JSON text, as the engine would have it. */
function readEnv(env: unknown): Record<string, string> {
  if (typeof env !== 'object' || env === null || Array.isArray(env))
    throw badRequest('The field `env` must be an object of variables.');
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, readValue(name, value)]));
}

function readValue(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value);
  throw badRequest(
    `The variable ${JSON.stringify(name.slice(0, 120))} in \`env\` must be a text, a number or a boolean.`,
  );
}

function readPort(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw badRequest('The variable PORT in `env` must be a port from 1 to 65535.');
  return port;
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
function requestOf({ context, actor }: Hand, { image, env, port }: Wish, before: App | undefined): AppRequest {
  const spec = before === undefined ? undefined : specOf(before, releasesOf(context.ledger.books, before.id));
  return parsePart(
    AppRequest,
    {
      ...spec,
      ...(before === undefined ? { owner: actor.user } : {}),
      image,
      env,
      pull: 'refresh',
      ports: withServed(spec?.ports ?? [], port),
      volumes: withSave(spec?.volumes ?? []),
    },
    'request',
  );
}

function specOf(app: App, releases: ReadonlyMap<number, { readonly spec: AppSpec }>): AppSpec | undefined {
  return releases.get(app.serving?.release ?? app.lastRelease)?.spec;
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
