import type { Benchmark } from '../stage/benchmark.ts';
import { dialectBatch } from './batch.ts';
import { dialectDeploy } from './deploy.ts';
import { dialectList } from './list.ts';
import { dialectScale } from './scale.ts';
import { dialectSpawn } from './spawn.ts';
import { dialectUptime } from './uptime.ts';

/** All that is measured of the older APIs. */
export const dialectParts: readonly Benchmark[] = [
  dialectList,
  dialectBatch,
  dialectScale,
  dialectSpawn,
  dialectDeploy,
  dialectUptime,
];
