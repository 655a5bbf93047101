import { Readable } from 'node:stream';
import type { Container, ContainerRequest } from '../../../core/container.ts';
import type { EngineContainers, LogOptions } from '../../../ports/engine.ts';
import { readAll } from './build.ts';
import { isAlive, type MemoryContainer, renderNewContainer } from './container.ts';
import { ContainerFiles } from './container-files.ts';
import { ContainerLog } from './container-log.ts';
import { execute } from './exec.ts';
import { killContainer, pauseContainer, startContainer, stopContainer, unpauseContainer } from './life.ts';
import { ensureVolume } from './networks.ts';
import { refuse } from './refusal.ts';
import { readStats, takeSample } from './stats.ts';
import { tellContainer } from './tell-container.ts';
import { parseTar, renderTar } from './tar.ts';
import type { World } from './world.ts';

/** The containers of one engine. */
export function createContainers(world: World): EngineContainers {
  const { gate, containers } = world;
  const guard = <Args extends unknown[], Result>(
    call: string,
    perform: (container: MemoryContainer, ...args: Args) => Result | Promise<Result>,
  ) => gate.guard(`containers.${call}`, (id: string, ...args: Args) => perform(containers.get(id), ...args));
  return {
    list: gate.guard('containers.list', (labels: readonly string[]) => containers.list(labels).map(({ view }) => view)),
    inspect: guard('inspect', ({ view }): Container => view),
    inspectRaw: guard('inspectRaw', ({ view }) => renderRaw(view)),
    create: gate.guard('containers.create', (request: ContainerRequest) => createContainer(world, request)),
    start: guard('start', (container) => startContainer(world, container)),
    stop: guard('stop', (container, graceSeconds: number) => stopContainer(world, container, graceSeconds)),
    kill: guard('kill', (container, signal: string) => killContainer(world, container, signal)),
    restart: guard('restart', (container, graceSeconds: number) => restartContainer(world, container, graceSeconds)),
    pause: guard('pause', (container) => pauseContainer(world, container)),
    unpause: guard('unpause', (container) => unpauseContainer(world, container)),
    rename: guard('rename', (container, name: string) => renameContainer(world, container, name)),
    update: guard('update', (container, limits: Partial<ContainerRequest['limits']>) =>
      updateContainer(world, container, limits),
    ),
    remove: gate.guard('containers.remove', (id: string, { force }: { readonly force: boolean }) =>
      removeContainer(world, id, force),
    ),
    logs: (id, options) => readLogs(world, id, options),
    stats: (id, signal) => readStats(world, id, signal),
    sample: guard('sample', (container) => takeSample(world, container)),
    exec: guard('exec', (container, request) => execute(world, container, request)),
    putArchive: guard('putArchive', (container, path: string, tar: Readable) => putArchive(container, path, tar)),
    getArchive: guard('getArchive', (container, path: string) =>
      Readable.from([renderTar(container.files.pack(path))]),
    ),
  };
}

/** As much of Docker's words as says which container it is. */
function renderRaw({ id, name, image, imageId, labels, state }: Container): Readonly<Record<string, unknown>> {
  return {
    Id: id,
    Name: `/${name}`,
    Image: imageId,
    Config: { Image: image, Labels: labels },
    State: { Status: state },
  };
}

function createContainer(world: World, request: ContainerRequest): string {
  const image = world.images.get(request.image);
  const view = renderNewContainer(request, { id: world.newId(), image, now: world.clock.now() });
  const { labels } = view;
  const files = new ContainerFiles(request.volumes, (name) => ensureVolume(world, name, {}).files);
  const log = new ContainerLog(() => world.clock.now());
  const container: MemoryContainer = {
    request,
    image,
    labels,
    log,
    files,
    view,
    limits: request.limits,
    running: undefined,
    commands: new Set(),
  };
  world.containers.add(container);
  tellContainer(world, container, { action: 'create' });
  return view.id;
}

async function restartContainer(world: World, container: MemoryContainer, graceSeconds: number): Promise<void> {
  await stopContainer(world, container, graceSeconds);
  startContainer(world, container);
  tellContainer(world, container, { action: 'restart' });
}

function renameContainer(world: World, container: MemoryContainer, name: string): void {
  const { name: oldName } = container.view;
  world.containers.rename(container, name);
  tellContainer(world, container, { action: 'rename', oldName: `/${oldName}` });
}

function updateContainer(world: World, container: MemoryContainer, limits: Partial<ContainerRequest['limits']>): void {
  container.limits = { ...container.limits, ...limits };
  tellContainer(world, container, { action: 'update' });
}

async function removeContainer(world: World, id: string, force: boolean): Promise<void> {
  const container = world.containers.find(id);
  if (container === undefined) return;
  if (isAlive(container) && !force) throw refuse.conflict(`You cannot remove a running container ${container.view.id}`);
  container.running?.signal('SIGKILL');
  await container.running?.ended;
  if (world.containers.find(container.view.id) === undefined) return;
  world.containers.remove(container);
  tellContainer(world, container, { action: 'destroy' });
}

async function* readLogs(world: World, id: string, options: LogOptions) {
  if (options.signal.aborted) return;
  await world.gate.pass('containers.logs');
  const container = world.containers.get(id);
  yield* container.log.read(world.gate, options, isAlive(container));
}

async function putArchive({ files }: MemoryContainer, path: string, tar: Readable): Promise<void> {
  try {
    if (files.find(path)?.kind !== 'directory') throw refuse.noFile(path);
    files.unpack(path, parseTar(await readAll(tar)));
  } finally {
    tar.destroy();
  }
}
