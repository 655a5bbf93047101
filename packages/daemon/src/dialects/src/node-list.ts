import { type DockerNodeLine, renderNodeLine } from '../../core/docker-words/node-line.ts';
import type { EngineNode } from '../../ports/engine.ts';
import { listNodes } from '../../use-cases/swarm.ts';
import type { Hand } from './hand.ts';
import { words } from './words.ts';

export async function listNodeNames(hand: Hand): Promise<string[]> {
  return (await readNodes(hand)).map(({ hostname }) => hostname);
}

/** Of one node, or of all. */
export async function tellNodeStatus(
  hand: Hand,
  hostname: string | undefined,
): Promise<DockerNodeLine | DockerNodeLine[]> {
  const nodes = await readNodes(hand);
  return hostname === undefined ? nodes.map(renderNodeLine) : renderNodeLine(getNode(nodes, hostname));
}

/** An array of one, as `docker node inspect` has it. */
export async function inspectNode(hand: Hand, hostname: string | undefined): Promise<unknown[]> {
  if (hostname === undefined || hostname === '') throw words.noHostname();
  return [getNode(await readNodes(hand), hostname).inspected];
}

function readNodes({ context, actor, engine }: Hand): Promise<EngineNode[]> {
  return listNodes(context, actor, engine);
}

function getNode(nodes: readonly EngineNode[], hostname: string): EngineNode {
  const node = nodes.find((one) => one.hostname === hostname);
  if (node === undefined) throw words.unknownNode(hostname);
  return node;
}
