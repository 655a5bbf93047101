import { isDeepStrictEqual } from 'node:util';
import type { EngineNode, EngineSwarm } from '../../ports/engine.ts';
import type { EngineClient } from './client.ts';

interface SwarmJson {
  readonly ID?: string;
  readonly TLSInfo?: object;
}

interface InfoJson {
  readonly Swarm?: { readonly NodeID?: string } | null;
}

interface NodeJson {
  readonly ID: string;
  readonly Spec?: { readonly Availability?: string };
  readonly Status?: { readonly State?: string };
  readonly ManagerStatus?: { readonly Leader?: boolean; readonly Reachability?: string } | null;
  readonly Description?: {
    readonly Hostname?: string;
    readonly Engine?: { readonly EngineVersion?: string };
    readonly TLSInfo?: object;
  };
}

/** The swarm that one engine manages, if it manages one. */
export function createSwarm(client: EngineClient): EngineSwarm {
  return {
    mode: async () => ((await askSwarm(client)).ID === undefined ? 'solo' : 'swarm'),
    async nodes() {
      const [nodes, swarm, info] = await Promise.all([
        client.ask<NodeJson[]>({ method: 'GET', path: '/nodes', subject: 'engine', toDo: 'list nodes' }),
        askSwarm(client),
        client.ask<InfoJson>({ method: 'GET', path: '/info', subject: 'engine', toDo: 'describe itself' }),
      ]);
      const seen = { swarm, self: info.Swarm?.NodeID };
      return nodes.map((node) => renderNode(node, seen)).toSorted(byHostname);
    },
  };
}

/** 503 is the answer of who manages no swarm, and takes a fraction of what a description of the whole engine does. */
function askSwarm(client: EngineClient): Promise<SwarmJson> {
  return client.ask({
    method: 'GET',
    path: '/swarm',
    accepts: [503],
    subject: 'engine',
    toDo: 'say whether it is a swarm',
  });
}

function renderNode(
  node: NodeJson,
  seen: { readonly swarm: SwarmJson; readonly self: string | undefined },
): EngineNode {
  const { ID: id, Spec, Status, Description } = node;
  return {
    id,
    hostname: Description?.Hostname ?? '',
    status: capitalise(Status?.State),
    availability: capitalise(Spec?.Availability),
    managerStatus: renderManager(node),
    tlsStatus: renderTls(Description?.TLSInfo, seen.swarm.TLSInfo),
    engineVersion: Description?.Engine?.EngineVersion ?? '',
    isSelf: id === seen.self,
    inspected: node as unknown as Readonly<Record<string, unknown>>,
  };
}

function renderManager({ ManagerStatus }: NodeJson): string {
  return ManagerStatus?.Leader === true ? 'Leader' : capitalise(ManagerStatus?.Reachability);
}

/** A node that trusts another root than the swarm does has yet to be given the new one. */
function renderTls(own: object | undefined, common: object | undefined): string {
  if (own === undefined || common === undefined) return 'Unknown';
  return isDeepStrictEqual(own, common) ? 'Ready' : 'Needs Rotation';
}

function capitalise(word = ''): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

function byHostname(one: EngineNode, other: EngineNode): number {
  return one.hostname < other.hostname ? -1 : 1;
}
