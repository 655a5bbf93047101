import { isProblem } from '@berth/spec/problem';
import type { EngineDescription, EngineNode } from '../ports/engine.ts';
import { type Actor, authorize } from './actor.ts';
import { requireEngine } from './app-access.ts';
import type { Context } from './context.ts';

/** How an engine runs, and whether it answers at all. */
export interface EngineMode {
  readonly mode: EngineDescription['mode'];
  readonly isThere: boolean;
}

interface Reading {
  readonly at: number;
  readonly mode: Promise<EngineMode>;
}

/** Many calls share one answer, which is never older. */
const keptMs = 500;

/** Asks engines how they run: machines join and leave swarms at any time, and the engine tells no event of it. */
export class ModeReader {
  readonly #context: Context;
  readonly #readings = new Map<string, Reading>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Of an engine that does not answer, the mode it was last known to run in. */
  read(engineName: string): Promise<EngineMode> {
    const now = this.#context.clock.now();
    const { connected } = this.#context.fleet.engine(engineName);
    if (!connected) return Promise.resolve(this.#known(engineName));
    const last = this.#readings.get(engineName);
    if (last !== undefined && now >= last.at && now - last.at < keptMs) return last.mode;
    const mode = this.#ask(engineName);
    this.#readings.set(engineName, { at: now, mode });
    return mode;
  }

  async #ask(engineName: string): Promise<EngineMode> {
    try {
      const mode = await this.#context.engines.get(engineName)?.swarm.mode();
      return { mode: mode ?? 'solo', isThere: true };
    } catch (error) {
      return { ...this.#known(engineName), isThere: !isProblem(error, 'engine-unreachable', 'engine-timeout') };
    }
  }

  #known(engineName: string): EngineMode {
    return { mode: this.#context.fleet.engine(engineName).description?.mode ?? 'solo', isThere: false };
  }
}

/** The nodes of the swarm that the engine manages, by host name. Rejects with `engine-failed` where it manages none. */
export async function listNodes(context: Context, actor: Actor, engineName: string): Promise<EngineNode[]> {
  authorize(actor, { scope: 'read', owner: actor.user });
  requireEngine(context, engineName);
  return (await context.engines.get(engineName)?.swarm.nodes()) ?? [];
}
