import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EngineWatch, watchEngine } from './engine-watch.ts';
import type { Berth, Stage } from './stage.ts';

export interface WatchedBerth {
  readonly berth: Berth;
  /** What it asks of the engine. */
  readonly watch: EngineWatch;
}

/** Runs a piece beside a product whose calls to the engine are seen. */
export async function onWatchedBerth<Result>(
  stage: Stage,
  settings: Readonly<Record<string, unknown>>,
  play: (watched: WatchedBerth) => Promise<Result>,
): Promise<Result> {
  const watch = await watchEngine(stage.engine.socket, join(tmpdir(), `berth-bench-${process.pid}.sock`));
  const berth = await stage.startBerth({ engineSocket: watch.socket, settings });
  try {
    return await play({ berth, watch });
  } finally {
    await berth.stop();
    await watch.close();
  }
}
