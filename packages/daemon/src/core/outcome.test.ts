import { expect, test } from 'vitest';
import { crashLoopFailures } from './back-off.ts';
import { newWatch } from './instance.ts';
import type { Operation } from './operation.ts';
import { outcomeOf } from './outcome.ts';
import { simulatedApp, simulatedInstance } from './simulated-world.ts';

const revision = { release: 1, generation: 1 };
const scale: Operation = {
  id: 'op',
  kind: 'scale',
  appId: 'app-1',
  appName: 'shop',
  owner: 'ann',
  actor: 'ann',
  revision: null,
  state: 'running',
  phase: 'accepted',
  progress: null,
  detail: '',
  problem: null,
  logTail: [],
  createdAt: 0,
  endedAt: null,
};

const healthy = { ...newWatch, health: 'healthy' } as const;
const looping = { ...newWatch, failures: crashLoopFailures };
const instance = (slot: number, watch: typeof newWatch) =>
  simulatedInstance(`i${slot}`, {
    revision,
    slot,
    watch,
    state: watch === looping ? 'exited' : 'running',
    exitCode: 3,
  });

test.each([
  ['is under way while one of those that are to be is missing', 2, [instance(0, healthy)], 'running'],
  ['has succeeded with as many as are to be', 1, [instance(0, healthy)], 'succeeded'],
  ['is under way while one is too many', 1, [instance(0, healthy), instance(1, healthy)], 'running'],
  [
    'has failed when one of those that are to be keeps ending',
    2,
    [instance(0, healthy), instance(1, looping)],
    'failed',
  ],
  [
    'is only under way while one that is too many keeps ending',
    1,
    [instance(0, healthy), instance(1, looping)],
    'running',
  ],
  ['to none ends those that keep ending', 0, [instance(0, looping)], 'running'],
])('a scale %s', (...[, replicas, instances, state]) => {
  expect(outcomeOf(scale, simulatedApp({ replicas, serving: revision }), instances)).toMatchObject({ state });
});
