import { AppRequest, type AppRequestInput } from '@berth/spec/app-spec';
import type { MemoryEngine } from '../adapters/memory/memory-engine.ts';
import type { App } from '../core/app.ts';
import { findApp, releasesOf } from '../core/books.ts';
import type { Change } from '../core/change.ts';
import { sketchContainer } from '../core/container-sketch.ts';
import { containerRequest } from '../core/container-request.ts';
import { type Instance, newWatch } from '../core/instance.ts';
import { parseInstance } from '../core/label.ts';
import { abandonRevision, promoteRevision } from '../reconcile/verdict.ts';
import type { World } from '../reconcile/world.ts';
import type { Actor } from './actor.ts';
import type { Context } from './context.ts';
import { type Deployed, deployApp } from './deploy-app.ts';

/** An app's name, or what of its request a test is about. */
type Wish = string | ({ readonly name: string } & Partial<AppRequestInput>);

/** Asks for a deploy, as `PUT /v1/apps/{name}` does. */
export function deploy(context: Context, actor: Actor, wish: Wish): Promise<Deployed> {
  const { name, ...request } = typeof wish === 'string' ? { name: wish } : wish;
  return deployApp(context, actor, { name, request: AppRequest.parse({ image: 'example/app:1', ...request }) });
}

/** Deploys, and does what the reconciler does once the release takes traffic. */
export async function deployed(context: Context, actor: Actor, wish: Wish): Promise<App> {
  const { app } = await deploy(context, actor, wish);
  return promote(context, app.name);
}

/** The release that is being rolled out takes traffic. */
export async function promote(context: Context, name: string): Promise<App> {
  const app = appOf(context, name);
  if (app.target === null) throw new Error(`${name} has nothing to promote`);
  await resolveRelease(context, app, app.target.release);
  await promoteRevision(context as World, app.id, app.target);
  return appOf(context, name);
}

/** The release that is being rolled out does not come up. */
export async function abandon(context: Context, name: string): Promise<App> {
  const app = appOf(context, name);
  if (app.target === null) throw new Error(`${name} has nothing to abandon`);
  const hand = { world: context as World, app, engine: undefined as never };
  await abandonRevision(hand, { revision: app.target, reason: 'ended', instance: null });
  return appOf(context, name);
}

/** Any operation under way ends well. */
export async function settle(context: Context, name: string): Promise<void> {
  const operation = context.ledger.books.operations.get(appOf(context, name).id);
  if (operation === undefined) return;
  const ended = { ...operation, state: 'succeeded', phase: 'done', endedAt: context.clock.now() } as const;
  await context.ledger.write(() => ({ changes: [{ kind: 'operation.put', operation: ended }], result: null }));
}

export function appOf(context: Context, name: string): App {
  const app = findApp(context.ledger.books, name);
  if (app === undefined) throw new Error(`there is no app ${name}`);
  return app;
}

/** Puts an instance of the app's serving release into the picture. */
export function observe(context: Context, name: string, known: Partial<Instance> = {}): Instance {
  const app = appOf(context, name);
  const { release, generation } = app.serving ?? { release: 1, generation: 1 };
  const instance: Instance = {
    id: `${name}-${context.clock.newId()}`,
    appId: app.id,
    release,
    generation,
    slot: 0,
    state: 'running',
    createdAt: 0,
    startedAt: 0,
    finishedAt: null,
    exitCode: null,
    outOfMemory: false,
    error: '',
    address: null,
    published: [],
    watch: newWatch,
    ...known,
  };
  context.fleet.put(instance);
  if (known.watch !== undefined) context.fleet.watch(instance.id, known.watch);
  return instance;
}

/** Starts a container of the app's serving release on its engine, and observes it. Resolves to its id. */
export async function launch(context: Context, name: string, slot = 0): Promise<string> {
  const app = appOf(context, name);
  const { containers, networks } = context.engines.get(app.engine) as MemoryEngine;
  const release = releasesOf(context.ledger.books, app.id).get(app.serving?.release ?? 0);
  if (release === undefined || app.serving === null) throw new Error(`nothing of ${name} serves`);
  const placement = {
    site: context.policy.site,
    revision: app.serving,
    slot,
    publishAt: null,
    publicAt: null,
    exposed: [],
    log: { maxSizeBytes: 1, maxFiles: 1 },
  };
  const request = containerRequest(app, release, placement);
  await networks.ensure(request.network?.name ?? '', {});
  const id = await containers.create(request);
  await containers.start(id);
  await look(context, name, id);
  return id;
}

/** Takes what the engine says of a container into the picture, as after an event about it; one that is gone leaves it. */
export async function look(context: Context, name: string, id: string): Promise<void> {
  const engine = context.engines.get(appOf(context, name).engine) as MemoryEngine;
  const container = await engine.containers.inspect(id).catch(() => undefined);
  const instance = container && parseInstance(container, null);
  if (instance === undefined) context.fleet.remove(id);
  else context.fleet.put(instance);
  if (container !== undefined) context.fleet.putSketch(id, sketchContainer(container));
}

/** As the reconciler resolves an image; the engine gets it where it has none of that name. */
async function resolveRelease(context: Context, { id, engine }: App, number: number): Promise<void> {
  const { images, controls } = context.engines.get(engine) as MemoryEngine;
  const reference = releasesOf(context.ledger.books, id).get(number)?.spec.image ?? '';
  const image = await images.inspect(reference).catch(() => undefined);
  if (image === undefined) controls.addImage({ reference });
  const { id: imageId } = image ?? (await images.inspect(reference));
  await context.ledger.write((books) => {
    const release = releasesOf(books, id).get(number);
    const known = { imageId, digest: `${reference}@${imageId}`, servedPort: 8080 };
    const changes: Change[] = release === undefined ? [] : [{ kind: 'release.put', release: { ...release, ...known } }];
    return { changes, result: null };
  });
}
