import type { EngineDescription, EngineNode } from '../ports/engine.ts';
import { type Actor, authorize } from './actor.ts';
import { requireEngine } from './app-access.ts';
import type { Context } from './context.ts';

/** How the engine runs now, asked anew; of one that does not answer, as it was last known. */
export async function readMode(context: Context, engineName: string): Promise<EngineDescription['mode']> {
  const { connected, description } = context.fleet.engine(engineName);
  const known = description?.mode ?? 'solo';
  const engine = context.engines.get(engineName);
  if (!connected || engine === undefined) return known;
  return engine.swarm.mode().catch(() => known);
}

/** The nodes of the swarm that the engine manages, by host name. Rejects with `engine-failed` where it manages none. */
export async function listNodes(context: Context, actor: Actor, engineName: string): Promise<EngineNode[]> {
  authorize(actor, { scope: 'read', owner: actor.user });
  requireEngine(context, engineName);
  return (await context.engines.get(engineName)?.swarm.nodes()) ?? [];
}
