import type { Container, ContainerRequest } from '../../../core/container.ts';
import type { MemoryImage } from './image.ts';
import type { ContainerFiles } from './container-files.ts';
import type { ContainerLog } from './container-log.ts';
import type { RunningProgram } from './program.ts';

/** A container and what is behind it. `view` is replaced with every change, so that lists cost nothing. */
export interface MemoryContainer {
  readonly request: ContainerRequest;
  readonly image: MemoryImage;
  readonly labels: Container['labels'];
  readonly log: ContainerLog;
  readonly files: ContainerFiles;
  view: Container;
  limits: ContainerRequest['limits'];
  running: RunningProgram | undefined;
  /** Commands run inside it. */
  readonly commands: Set<RunningProgram>;
}

/** What a new container tells. */
export function renderNewContainer(
  request: ContainerRequest,
  about: { readonly id: string; readonly image: MemoryImage; readonly now: number },
): Container {
  return {
    id: about.id,
    name: request.name,
    image: request.image,
    imageId: about.image.id,
    labels: { ...about.image.labels, ...request.labels },
    state: 'created',
    createdAt: about.now,
    startedAt: null,
    finishedAt: null,
    exitCode: null,
    outOfMemory: false,
    error: '',
    address: null,
    published: [],
    exposed: [],
    command: [...(request.entrypoint ?? []), ...(request.command ?? [])].join(' '),
    health: null,
    networks: request.network === undefined ? [] : [request.network.name],
    mounts: request.volumes.map(({ volume }) => ({ name: volume, isLocalVolume: true })),
  };
}

/** True while a program is inside, moving or not. */
export function isAlive({ view: { state } }: MemoryContainer): boolean {
  return state === 'running' || state === 'paused';
}
