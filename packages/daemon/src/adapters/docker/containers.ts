import type { EngineContainers } from '../../ports/engine.ts';
import { createArchives } from './archive.ts';
import { type EngineCall, renderPathPart } from './call.ts';
import type { EngineClient } from './client.ts';
import { renderCreateBody, renderLimits } from './create-body.ts';
import { createExec } from './exec.ts';
import { getContainerJson, inspectContainer, listContainers } from './list-containers.ts';
import { readLogs } from './logs.ts';
import { removeContainer } from './remove-container.ts';
import { readStats, takeSample } from './stats.ts';

/** The containers of one engine. */
export function createContainers(client: EngineClient): EngineContainers {
  return {
    list: (labels) => listContainers(client, labels),
    inspect: (id) => inspectContainer(client, id),
    inspectRaw: async (id) => ({ ...(await getContainerJson(client, id)) }),
    create: (request) => createContainer(client, request),
    ...createActions(client),
    remove: (id, options) => removeContainer(client, id, options),
    logs: (id, options) => readLogs(client, id, options),
    stats: (id, signal) => readStats(client, id, signal),
    sample: (id) => takeSample(client, id),
    exec: createExec(client),
    ...createArchives(client),
  };
}

type Actions = Pick<
  EngineContainers,
  'start' | 'stop' | 'kill' | 'restart' | 'pause' | 'unpause' | 'rename' | 'update'
>;

/** A start of a running container and a stop of a stopped one are a 304, which is no error. */
function createActions(client: EngineClient): Actions {
  const { startMs, stopExtraMs } = client.timeouts;
  const act = async (id: string, verb: string, options: Partial<EngineCall> = {}) => {
    const path = `/containers/${renderPathPart(id)}/${verb}`;
    await client.run({ method: 'POST', path, subject: 'container', toDo: `${verb} container ${id}`, ...options });
  };
  const stopMs = (graceSeconds: number) => graceSeconds * 1000 + stopExtraMs;
  return {
    start: (id) => act(id, 'start', { silenceMs: startMs }),
    stop: (id, graceSeconds) => act(id, 'stop', { query: { t: graceSeconds }, silenceMs: stopMs(graceSeconds) }),
    kill: (id, signal) => act(id, 'kill', { query: { signal } }),
    restart: (id, graceSeconds) =>
      act(id, 'restart', { query: { t: graceSeconds }, silenceMs: stopMs(graceSeconds) + startMs }),
    pause: (id) => act(id, 'pause'),
    unpause: (id) => act(id, 'unpause'),
    rename: (id, name) => act(id, 'rename', { query: { name } }),
    update: (id, limits) => act(id, 'update', { json: renderUpdate(limits) }),
  };
}

async function createContainer(
  client: EngineClient,
  request: Parameters<EngineContainers['create']>[0],
): Promise<string> {
  const { Id } = await client.ask<{ readonly Id: string }>({
    method: 'POST',
    path: '/containers/create',
    query: { name: request.name },
    json: renderCreateBody(request),
    subject: 'image',
    toDo: `create container ${request.name}`,
    silenceMs: client.timeouts.startMs,
  });
  return Id;
}

/** The swap limit, twice the memory as in a new container, has to follow: the engine refuses a memory limit above it. */
function renderUpdate(limits: Parameters<EngineContainers['update']>[1]): Readonly<Record<string, number | undefined>> {
  const { memoryBytes } = limits;
  return { ...renderLimits(limits), MemorySwap: memoryBytes === undefined ? undefined : 2 * memoryBytes };
}
