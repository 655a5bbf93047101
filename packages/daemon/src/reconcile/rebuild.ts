import { buffer } from 'node:stream/consumers';
import { type App, type Release, sameRevision } from '../core/app.ts';
import type { Change } from '../core/change.ts';
import { type GuardedRepository, guardKey, withHolder } from '../core/guarded-repository.ts';
import { repositoryKey } from '../core/image-name.ts';
import { isInstance, label } from '../core/label.ts';
import { rebuildApps, type Labelled } from '../core/rebuilding.ts';
import type { Engine } from '../ports/engine.ts';
import type { News } from '../use-cases/ledger.ts';
import type { World } from './world.ts';

/** The store is new: apps, owners, domains and releases are taken over from what the engine's labels tell. */
export async function rebuild(world: World, engine: Engine): Promise<void> {
  const site = `${label.site}=${world.policy.site}`;
  const containers = (await engine.containers.list([site])).filter(isInstance);
  const records = await engine.volumes.list([site, label.record]);
  const labelled: Labelled[] = [...containers, ...records.map(({ labels }) => ({ labels }))];
  const rebuilt = rebuildApps(engine.name, labelled);
  const releases = await Promise.all(
    rebuilt.flatMap((one) => one.releases).map((release) => withFiles(engine, containers, release)),
  );
  await world.ledger.write((books) => {
    const apps = rebuilt.map((one) => one.app).filter((app) => !books.appIds.has(app.name));
    const changes = [
      ...apps.flatMap((app) => [...putOwner(world, app, books.users), ...putApp(app, releases)]),
      ...putGuards(apps, releases),
    ];
    const news = apps.map(
      (app): News => ({
        kind: 'app.created',
        app: app.name,
        owner: app.owner,
        operation: null,
        detail: 'Rebuilt from the labels of its containers.',
      }),
    );
    return { changes: once(changes), news, result: null };
  });
  for (const { app } of rebuilt) presumeHealthy(world, app);
  if (rebuilt.length > 0) world.log.info({ engine: engine.name, apps: rebuilt.length }, 'apps rebuilt from labels');
}

/** What runs has been serving: it stays in the traffic until a probe says otherwise. */
function presumeHealthy(world: World, app: App): void {
  for (const instance of world.fleet.instancesOf(app.id)) {
    if (instance.state === 'running' && sameRevision(instance, app.serving))
      world.fleet.watch(instance.id, { health: 'healthy' });
  }
}

function putApp(app: App, releases: readonly Release[]): Change[] {
  return [
    { kind: 'app.put', app },
    ...releases
      .filter((release) => release.appId === app.id)
      .map((release): Change => ({ kind: 'release.put', release })),
  ];
}

/** What was pulled with a credential stays with those who pulled it; whoever else wants it has to ask its registry. */
function putGuards(apps: readonly App[], releases: readonly Release[]): Change[] {
  const guards = new Map<string, GuardedRepository>();
  for (const { appId, imageId, spec } of releases) {
    const app = apps.find(({ id }) => id === appId);
    if (app === undefined || imageId === null || spec.registryCredential === undefined) continue;
    const repository = repositoryKey(spec.image);
    const key = guardKey(app.engine, repository);
    const known = guards.get(key) ?? { engine: app.engine, repository, holders: [] };
    guards.set(key, withHolder(known, { imageId, owner: app.owner }));
  }
  return [...guards].map(([key, record]) => ({
    kind: 'shelf.put',
    item: { shelf: 'guardedRepository', key, record },
  }));
}

function putOwner(world: World, app: App, users: ReadonlyMap<string, unknown>): Change[] {
  return users.has(app.owner)
    ? []
    : [{ kind: 'user.put', user: { name: app.owner, role: 'user', createdAt: world.clock.now() } }];
}

/** Two apps of one unknown owner bring that owner once. */
function once(changes: readonly Change[]): Change[] {
  const seen = new Set<string>();
  return changes.filter((change) => {
    if (change.kind !== 'user.put') return true;
    const known = seen.has(change.user.name);
    seen.add(change.user.name);
    return !known;
  });
}

/** Injected files are not in the labels but in the containers: their content is read back from one. */
async function withFiles(
  engine: Engine,
  containers: readonly { id: string; labels: Readonly<Record<string, string>> }[],
  release: Release,
): Promise<Release> {
  if (release.spec.files.length === 0) return release;
  const holder = containers.find(
    ({ labels }) => labels[label.appId] === release.appId && Number(labels[label.release]) === release.number,
  );
  if (holder === undefined) return release;
  const files = await Promise.all(
    release.spec.files.map(async (file) => {
      if (file.upload !== undefined) return file;
      const content = (await readFile(engine, holder.id, file.path)).toString('base64');
      return { ...file, encoding: 'base64' as const, content };
    }),
  );
  return { ...release, spec: { ...release.spec, files } };
}

const blockBytes = 512;

/** The engine gives a tar with one file: its heads (an extended one first, where the name is long), then the content. */
async function readFile(engine: Engine, id: string, path: string): Promise<Buffer> {
  const tar = await buffer(await engine.containers.getArchive(id, path));
  const size = (head: number): number => Number.parseInt(tar.toString('latin1', head + 124, head + 135), 8);
  let head = 0;
  while ('xgL'.includes(tar.toString('latin1', head + 156, head + 157)))
    head += blockBytes * (1 + Math.ceil(size(head) / blockBytes));
  return tar.subarray(head + blockBytes, head + blockBytes + size(head));
}
