import { removeStaleEngines, startEngine, type TestEngine } from './engine.ts';

/** The part of Vitest's project that a set-up needs. */
interface Project {
  provide(key: 'engineSocket' | 'engineRefusal', value: string): void;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Socket of the engine all tests share; empty when this machine allows none. */
    engineSocket: string;
    /** Why there is no engine; empty when there is one. */
    engineRefusal: string;
  }
}

/** Several Vitest projects load this file each on their own, in one process: they share one engine through the process. */
const SHARED = Symbol.for('berth.test.engine');
type Acquired = { readonly socket: string; readonly refusal: string; readonly stop: () => Promise<void> };
type Shared = { users: number; readonly starting: Promise<Acquired> };
const shelf = globalThis as { [SHARED]?: Shared };

/** Vitest's hook: starts the engine before the first project that needs one. */
export async function setup(project: Project): Promise<void> {
  const { socket, refusal } = await acquire();
  project.provide('engineSocket', socket);
  project.provide('engineRefusal', refusal);
}

/** Vitest's hook: takes the engine away after the last project that had it. */
export async function teardown(): Promise<void> {
  const shared = shelf[SHARED];
  if (shared === undefined || (shared.users -= 1) > 0) return;
  delete shelf[SHARED];
  await (await shared.starting).stop();
}

function acquire(): Promise<Acquired> {
  shelf[SHARED] ??= { users: 0, starting: startOrRefuse() };
  shelf[SHARED].users += 1;
  return shelf[SHARED].starting;
}

/** In CI a missing engine is a failure: there nobody reads a skip. */
async function startOrRefuse(): Promise<Acquired> {
  try {
    const engine = await startFresh();
    return { socket: engine.socket, refusal: '', stop: () => engine.stop() };
  } catch (error) {
    if (process.env.CI !== undefined) throw error;
    const refusal = error instanceof Error ? error.message : String(error);
    console.warn(`Tests that need a Docker engine are skipped. ${refusal}`);
    return { socket: '', refusal, stop: async () => {} };
  }
}

async function startFresh(): Promise<TestEngine> {
  // `npm test` has found out already that a part is missing.
  const refusal = process.env['ENGINE_REFUSAL'];
  if (refusal !== undefined) throw new Error(refusal);
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('A private engine needs Linux and root.');
  await removeStaleEngines();
  return startEngine();
}
