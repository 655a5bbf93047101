import { isProblem } from '@berth/spec/problem';
import type { Container } from '../../core/container.ts';
import { renderLabelFilter, renderPathPart } from './call.ts';
import type { EngineClient } from './client.ts';
import { type ContainerJson, parseContainer } from './container-json.ts';
import { mapInParallel } from './in-parallel.ts';

const WIDTH = 16;

/** The engine's list lacks exit codes, times and errors, so each container is looked at; one that goes away meanwhile is left out. */
export async function listContainers(client: EngineClient, labels: readonly string[]): Promise<Container[]> {
  const summaries = await client.ask<readonly { readonly Id: string }[]>({
    method: 'GET',
    path: '/containers/json',
    query: { all: true, filters: renderLabelFilter(labels) },
    subject: 'engine',
    toDo: 'list containers',
  });
  const found = await mapInParallel(summaries, WIDTH, ({ Id }) => findContainer(client, Id));
  return found.filter((container) => container !== undefined);
}

/** One container, by id or name. */
export async function inspectContainer(client: EngineClient, id: string): Promise<Container> {
  return parseContainer(await getContainerJson(client, id));
}

export async function findContainer(client: EngineClient, id: string): Promise<Container | undefined> {
  try {
    return await inspectContainer(client, id);
  } catch (error) {
    if (isProblem(error, 'instance-not-found')) return undefined;
    throw error;
  }
}

/** One container in the engine's words. */
export function getContainerJson(client: EngineClient, id: string): Promise<ContainerJson> {
  return client.ask({
    method: 'GET',
    path: `/containers/${renderPathPart(id)}/json`,
    subject: 'container',
    toDo: `look at container ${id}`,
  });
}
