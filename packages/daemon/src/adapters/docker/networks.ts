import { isProblem } from '@berth/spec/problem';
import type { EngineNetworks } from '../../ports/engine.ts';
import { type EngineCall, renderLabelFilter, renderPathPart } from './call.ts';
import type { EngineClient } from './client.ts';

interface NetworkJson {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
}

/** The networks of one engine. */
export function createNetworks(client: EngineClient): EngineNetworks {
  const making = new Map<string, Promise<void>>();
  return {
    async list(labels) {
      const networks = await listNetworks(client, renderLabelFilter(labels));
      return networks.map(({ Id, Name, Labels }) => ({ id: Id, name: Name, labels: Labels ?? {} }));
    },
    ensure(name, labels) {
      const made = making.get(name) ?? ensureNetwork(client, name, labels).finally(() => making.delete(name));
      making.set(name, made);
      return made;
    },
    remove: (name) => removeNetwork(client, name),
  };
}

async function ensureNetwork(
  client: EngineClient,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  if ((await listNamesakes(client, name)).length > 0) return;
  const json = { Name: name, Driver: 'bridge', CheckDuplicate: true, Labels: labels };
  try {
    const { Id } = await client.ask<{ readonly Id: string }>({
      ...about(name, 'make'),
      method: 'POST',
      path: '/networks/create',
      json,
    });
    await giveWay(client, name, Id);
  } catch (error) {
    if (!isProblem(error, 'engine-conflict')) throw error;
  }
}

/** Engines before 25 may make two of one name for two clients at once: the older one stays, and every client finds the same. */
async function giveWay(client: EngineClient, name: string, id: string): Promise<void> {
  const namesakes = await listNamesakes(client, name);
  const [oldest] = namesakes.toSorted(
    (left, right) => left.Created.localeCompare(right.Created) || left.Id.localeCompare(right.Id),
  );
  if (oldest !== undefined && oldest.Id !== id) await removeNetwork(client, id);
}

/** The engine's own filter takes parts of names too. */
async function listNamesakes(client: EngineClient, name: string): Promise<NetworkJson[]> {
  const networks = await listNetworks(client, JSON.stringify({ name: [name] }));
  return networks.filter((network) => network.Name === name);
}

function listNetworks(client: EngineClient, filters: string | undefined): Promise<NetworkJson[]> {
  return client.ask({ method: 'GET', path: '/networks', query: { filters }, subject: 'engine', toDo: 'list networks' });
}

async function removeNetwork(client: EngineClient, name: string): Promise<void> {
  await client.run({
    ...about(name, 'remove'),
    method: 'DELETE',
    path: `/networks/${renderPathPart(name)}`,
    accepts: [404],
  });
}

function about(name: string, verb: string): Pick<EngineCall, 'subject' | 'toDo'> {
  return { subject: 'network', toDo: `${verb} network ${name}` };
}
