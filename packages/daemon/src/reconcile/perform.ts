import { finished } from 'node:stream/promises';
import { isProblem, Problem, type ProblemCode } from '@berth/spec/problem';
import type { App, Release, Revision } from '../core/app.ts';
import { releasesOf } from '../core/books.ts';
import type { ContainerRequest } from '../core/container.ts';
import { containerRequest, networkName, volumeName } from '../core/container-request.ts';
import type { Instance } from '../core/instance.ts';
import { label } from '../core/label.ts';
import type { Step } from '../core/step.ts';
import { failed } from '../core/watch-change.ts';
import type { Engine, EngineImage } from '../ports/engine.ts';
import { fileArchive, type UploadSource } from './file-archive.ts';
import type { Lookout } from './lookout.ts';
import { resolveImage } from './resolve-image.ts';
import { abandonRevision, forgetApp, promoteRevision } from './verdict.ts';
import type { World } from './world.ts';
import type { Gate } from './gate.ts';

/** What a step is performed with. */
export interface Hand {
  readonly world: World;
  readonly lookout: Lookout;
  readonly engine: Engine;
  readonly gate: Gate;
  readonly app: App;
  readonly signal: AbortSignal;
}

type Performers = { [Verb in Step['do']]: (hand: Hand, step: Extract<Step, { do: Verb }>) => Promise<void> };

const performers: Performers = {
  resolve: (hand, { revision }) => resolveImage(hand, revision),
  create: (hand, step) => hand.gate.run(() => createInstance(hand, step)),
  start: (hand, { instance }) => hand.gate.run(() => startInstance(hand, instance)),
  pause: (hand, { instance }) => act(hand, instance, () => hand.engine.containers.pause(instance)),
  unpause: (hand, { instance }) => act(hand, instance, () => hand.engine.containers.unpause(instance)),
  drain: drainInstance,
  stop: (hand, { instance, graceSeconds }) =>
    endInstance(hand, instance, () => hand.engine.containers.stop(instance, graceSeconds)),
  kill: (hand, { instance }) => endInstance(hand, instance, () => killInstance(hand, instance)),
  remove: removeInstance,
  promote: (hand, { revision }) => promoteRevision(hand.world, hand.app.id, revision),
  abandon: (hand, step) => abandonRevision(hand, step),
  forget: (hand) => forgetApp(hand),
};

/** Does one step. Rejects with a problem when the engine, the registry or the edge refuses. */
export function perform(hand: Hand, step: Step): Promise<void> {
  const performer = performers[step.do] as (hand: Hand, step: Step) => Promise<void>;
  return performer(hand, step);
}

async function createInstance(hand: Hand, { revision, slot }: { revision: Revision; slot: number }): Promise<void> {
  const { world, app, engine } = hand;
  const release = releasesOf(world.ledger.books, app.id).get(revision.release);
  if (release === undefined) return;
  await ensureSurroundings(hand, release);
  const publishAt = engine.reach.kind === 'published' ? engine.reach.bindAddress : null;
  const request = containerRequest(app, release, {
    site: world.policy.site,
    revision,
    slot,
    publishAt,
    publicAt: world.policy.publishing?.address ?? null,
    exposed: await findExposed(engine, release),
    log: world.limits.log,
  });
  const id = await createContainer(hand, request, release);
  if (id === null) return;
  await fill(hand, id, release);
  await hand.lookout.inspect(engine.name, id);
  world.fleet.watch(id, { filled: true });
}

/** What the image exposes, where the spec wants that published; an image that is gone is found out by who needs it next. */
async function findExposed(engine: Engine, { spec, imageId }: Release): Promise<EngineImage['exposedPorts']> {
  if (spec.publishExposed !== true || imageId === null) return [];
  try {
    return (await engine.images.inspect(imageId)).exposedPorts;
  } catch (error) {
    if (isProblem(error, 'image-not-found')) return [];
    throw error;
  }
}

/** Null when the image is gone from the engine: it is then resolved again, from its registry. */
async function createContainer(hand: Hand, request: ContainerRequest, release: Release): Promise<string | null> {
  try {
    return await hand.engine.containers.create(request);
  } catch (error) {
    if (isProblem(error, 'engine-conflict')) return adopt(hand, request.name, error);
    if (!isProblem(error, 'image-not-found')) throw error;
    await forgetImage(hand.world, release);
    return null;
  }
}

async function forgetImage(world: World, release: Release): Promise<void> {
  await world.ledger.write(() => ({
    changes: [{ kind: 'release.put', release: { ...release, imageId: null } }],
    result: null,
  }));
}

/** A name in use by a container of this very app was made by us before a crash: it is taken over. */
async function adopt(hand: Hand, name: string, error: Problem): Promise<string> {
  const own = await hand.engine.containers.list([
    `${label.appId}=${hand.app.id}`,
    `${label.site}=${hand.world.policy.site}`,
  ]);
  const same = own.find((container) => container.name === name);
  if (same !== undefined) return same.id;
  throw new Problem(
    'engine-conflict',
    `A container named "${name}" that is not Berth's is in the way on engine "${hand.engine.name}"; rename or remove it.`,
    { cause: error },
  );
}

async function ensureSurroundings(hand: Hand, release: Release): Promise<void> {
  const { world, app, engine } = hand;
  const labels = { [label.site]: world.policy.site, [label.owner]: app.owner };
  await engine.networks.ensure(networkName(world.policy.site, app.owner), labels);
  await Promise.all(release.spec.volumes.map(({ name }) => ensureVolume(hand, name)));
}

/** A volume outlives its app: one of that name that another owner's app left behind is not given away. */
async function ensureVolume({ world, app, engine }: Hand, name: string): Promise<void> {
  const { site } = world.policy;
  const place = { [label.site]: site, [label.app]: app.name, [label.volume]: name };
  const [left] = await engine.volumes.list(Object.entries(place).map(([key, value]) => `${key}=${value}`));
  if (left !== undefined && left.labels[label.owner] !== app.owner) {
    const detail = `The volume "${name}" of an earlier app "${app.name}" belongs to another owner; choose another name for the volume.`;
    throw new Problem('name-taken', detail);
  }
  const labels = { ...place, [label.owner]: app.owner, [label.appId]: app.id };
  if (left === undefined) await engine.volumes.ensure(volumeName(site, app.name, name), labels);
}

/** A container that did not get its files is of no use: it goes, and another is made. */
async function fill({ world, engine, signal }: Hand, id: string, release: Release): Promise<void> {
  if (release.spec.files.length === 0) return;
  const tar = fileArchive(release.spec.files, (upload) => findUpload(world, upload));
  const stop = (): void => void tar.destroy();
  signal.addEventListener('abort', stop);
  const sent = finished(tar);
  try {
    await Promise.all([engine.containers.putArchive(id, '/', tar), sent]);
  } catch (error) {
    await sent.catch(() => undefined);
    await engine.containers.remove(id, { force: true }).catch(() => undefined);
    throw tar.errored === null || isProblem(tar.errored) ? error : unfilled(tar.errored);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function findUpload({ ledger, uploadFolder }: World, id: string): UploadSource | undefined {
  const upload = ledger.books.shelves.upload.get(id);
  return upload && { sizeBytes: upload.sizeBytes, read: () => uploadFolder.read(id) };
}

function unfilled(cause: Error): Problem {
  return new Problem('upload-not-found', 'A file of the release could not be read; upload it again and deploy.', {
    cause,
  });
}

/** What a crash left half filled is filled again before it runs for the first time. */
async function refill(hand: Hand, instance: Instance | undefined): Promise<void> {
  if (instance?.state !== 'created' || instance.watch.filled) return;
  const release = releasesOf(hand.world.ledger.books, hand.app.id).get(instance.release);
  if (release !== undefined) await fill(hand, instance.id, release);
  hand.world.fleet.watch(instance.id, { filled: true });
}

/** A refused start counts as a failure of the instance, so that it is tried again with back-off, and shown. */
async function startInstance(hand: Hand, id: string): Promise<void> {
  const { world, engine, lookout } = hand;
  const before = world.fleet.find(id);
  await refill(hand, before);
  try {
    await engine.containers.start(id);
  } catch (error) {
    if (!(error instanceof Problem) || absent.has(error.code)) throw error;
    await lookout.inspect(engine.name, id);
    countRefusedStart(world, id, error);
    return;
  }
  if (before?.state === 'exited' && before.watch.failures > 0)
    world.fleet.watch(id, { restarts: before.watch.restarts + 1 });
  await lookout.inspect(engine.name, id);
}

function countRefusedStart(world: World, id: string, refusal: Problem): void {
  const instance = world.fleet.find(id);
  if (instance === undefined) return;
  const chance = { now: world.clock.now(), random: world.clock.random() };
  const error = instance.error === '' ? refusal.message : instance.error;
  world.fleet.put({ ...instance, error }, failed(instance, { ...instance, finishedAt: null, startedAt: null }, chance));
}

const absent: ReadonlySet<ProblemCode> = new Set(['engine-unreachable', 'engine-timeout']);

async function act(hand: Hand, id: string, call: () => Promise<void>): Promise<void> {
  await call();
  await hand.lookout.inspect(hand.engine.name, id);
}

async function endInstance(hand: Hand, id: string, call: () => Promise<void>): Promise<void> {
  await hand.lookout.expectEnd(id, () => act(hand, id, call));
}

async function killInstance({ engine, world }: Hand, id: string): Promise<void> {
  if (world.fleet.find(id)?.state === 'paused') await engine.containers.unpause(id);
  await engine.containers.kill(id, 'SIGKILL');
}

async function drainInstance(
  { world }: Hand,
  { instance, graceMs }: { instance: string; graceMs: number },
): Promise<void> {
  await world.edge.drain(instance, graceMs);
  world.fleet.watch(instance, { drained: true });
}

async function removeInstance({ engine, lookout, world }: Hand, { instance }: { instance: string }): Promise<void> {
  await lookout.expectEnd(instance, async () => {
    await engine.containers.remove(instance, { force: true });
    world.fleet.remove(instance);
  });
}
