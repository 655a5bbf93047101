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
  readonly mode: Promise<EngineMode>;
  /** Null while it is asked for. */
  doneAt: number | null;
}

/** Many calls share one answer, which is never older. */
const keptMs = 500;
/** An engine that is silent for so long is as good as away. */
const silenceMs = 5000;

/** Asks engines how they run: machines join and leave swarms at any time, and the engine tells no event of it. */
export class ModeReader {
  readonly #context: Context;
  readonly #readings = new Map<string, Reading>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Of an engine that does not answer, the mode it was last known to run in. */
  async read(engineName: string): Promise<EngineMode> {
    if (!this.#context.fleet.engine(engineName).connected) return this.#away(engineName);
    const last = this.#readings.get(engineName);
    if (last !== undefined && this.#isFresh(last)) return last.mode;
    const reading: Reading = { mode: this.#ask(engineName), doneAt: null };
    this.#readings.set(engineName, reading);
    const mode = await reading.mode;
    reading.doneAt = this.#context.clock.now();
    return mode;
  }

  #isFresh({ doneAt }: Reading): boolean {
    const age = doneAt === null ? 0 : this.#context.clock.now() - doneAt;
    return age >= 0 && age < keptMs;
  }

  async #ask(engineName: string): Promise<EngineMode> {
    const silence = Promise.withResolvers<EngineMode>();
    const cancel = this.#context.clock.after(silenceMs, () => silence.resolve(this.#away(engineName)));
    const answer = this.#askEngine(engineName);
    try {
      return await Promise.race([answer, silence.promise]);
    } finally {
      cancel();
    }
  }

  async #askEngine(engineName: string): Promise<EngineMode> {
    try {
      const mode = await this.#context.engines.get(engineName)?.swarm.mode();
      return { mode: mode ?? 'solo', isThere: true };
    } catch (error) {
      const away = this.#away(engineName);
      return { ...away, isThere: !isProblem(error, 'engine-unreachable', 'engine-timeout') };
    }
  }

  #away(engineName: string): EngineMode {
    return { mode: this.#context.fleet.engine(engineName).description?.mode ?? 'solo', isThere: false };
  }
}

/** The nodes of the swarm that the engine manages, by host name. Rejects with `engine-failed` where it manages none. */
export async function listNodes(context: Context, actor: Actor, engineName: string): Promise<EngineNode[]> {
  authorize(actor, { scope: 'read', owner: actor.user });
  requireEngine(context, engineName);
  return (await context.engines.get(engineName)?.swarm.nodes()) ?? [];
}
