import { type RunningDaemon, startDaemon, type TestDaemonOptions } from '../../test/harness/daemon.ts';
import { removeStaleEngines, startEngine, type TestEngine } from '../../test/harness/engine.ts';
import { ensureImage } from '../../test/harness/image.ts';
import type { TestImage } from '../../test/harness/image/source.ts';
import { BareEngine } from './bare-engine.ts';
import { BerthClient } from './berth-client.ts';

/** What every benchmark finds: an engine of its own with its images, and how long to go on. */
export interface Stage {
  readonly engine: TestEngine;
  readonly bare: BareEngine;
  readonly rounds: number;
  /** Starts the product beside the engine. */
  startBerth(options?: Partial<TestDaemonOptions>): Promise<Berth>;
  /** Name of the image, which the engine has when this resolves. */
  prepareImage(image: TestImage, version?: number): Promise<string>;
  /** A word about what is going on. */
  say(line: string): void;
}

/** The product, running, and a client at hand. */
export interface Berth {
  /** The one that runs now: `startAgain` makes another. */
  readonly daemon: RunningDaemon;
  readonly client: BerthClient;
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

export interface StageOptions {
  readonly rounds: number;
}

/** Runs a piece on a stage that is gone afterwards. */
export async function onStage<Result>(
  { rounds }: StageOptions,
  play: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  await removeStaleEngines();
  const engine = await startEngine();
  const bare = new BareEngine(engine.socket);
  try {
    return await play({
      engine,
      bare,
      rounds,
      startBerth: (options = {}) => startBerth({ engineSocket: engine.socket, ...options }),
      prepareImage: (image, version) => ensureImage(engine.socket, image, version),
      say: (line) => console.log(`  … ${line}`),
    });
  } finally {
    bare.close();
    await engine.stop();
  }
}

async function startBerth(options: TestDaemonOptions): Promise<Berth> {
  let daemon = await startDaemon(options);
  const client = new BerthClient(daemon);
  return {
    get daemon() {
      return daemon;
    },
    client,
    async startAgain() {
      daemon = await daemon.startAgain();
    },
    async stop() {
      client.close();
      await daemon.stop();
    },
  };
}

/** Names of so many apps, all of which serve when this resolves. */
export async function deployMany({ client }: Pick<Berth, 'client'>, count: number, spec: object): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `app-${String(index).padStart(4, '0')}`);
  await Promise.all(names.map((name) => client.deploy(name, spec)));
  return names;
}
