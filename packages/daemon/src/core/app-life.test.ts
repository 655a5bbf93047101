import { describe, expect, test } from 'vitest';
import type { App, Release } from './app.ts';
import { isLost, type LifeSituation, lifeEnd } from './app-life.ts';
import { type Instance, newWatch } from './instance.ts';
import { simulatedApp, simulatedRelease } from './simulated-world.ts';

const startedAt = 1_000_000;

function situation(life: App['life'], more: Partial<LifeSituation> & { wish?: Partial<App> } = {}): LifeSituation {
  const { wish, ...rest } = more;
  const app = simulatedApp({ life, desiredSince: startedAt, serving: { release: 3, generation: 4 }, ...wish });
  return {
    app,
    release: serving('never'),
    instances: [instance({})],
    hasOperation: false,
    lastUse: null,
    emptySince: null,
    ...rest,
  };
}

function serving(restart: Release['spec']['restart']): Release {
  const release = simulatedRelease(3);
  return { ...release, spec: { ...release.spec, restart }, servingSince: startedAt + 500 };
}

function instance(known: Partial<Instance>): Instance {
  const place = { id: 'i', appId: 'a', release: 3, generation: 4, slot: 0 };
  const ended = { finishedAt: null, exitCode: null, outOfMemory: false, error: '' };
  return {
    ...place,
    state: 'running',
    createdAt: 0,
    startedAt,
    ...ended,
    address: null,
    published: [],
    watch: newWatch,
    ...known,
  };
}

const exited = (exitCode: number, finishedAt = startedAt + 9_000) => [
  instance({ state: 'exited', exitCode, finishedAt }),
];

describe('an app’s life', () => {
  test.each<[string, App['life'], Parameters<typeof situation>[1], number | null]>([
    ['has no end of itself', {}, {}, null],
    ['lasts from when it came up', { lifetimeSeconds: 10 }, {}, startedAt + 10_500],
    ['begins anew with a start', { lifetimeSeconds: 10 }, { wish: { desiredSince: 2_000_000 } }, 2_010_000],
    ['goes on while it is paused', { lifetimeSeconds: 10 }, { wish: { desired: 'paused' } }, startedAt + 10_500],
    ['is over when it is stopped', { lifetimeSeconds: 10 }, { wish: { desired: 'stopped' } }, null],
    [
      'goes on to its removal when it is stopped',
      { lifetimeSeconds: 10, atEnd: 'remove' },
      { wish: { desired: 'stopped' } },
      startedAt + 10_500,
    ],
    [
      'does not count while it is being removed',
      { lifetimeSeconds: 10 },
      { wish: { removing: { volumes: [] } } },
      null,
    ],
    [
      'does not count before the first release came up',
      { lifetimeSeconds: 1, idleSeconds: 1, endedSeconds: 1 },
      { wish: { serving: null, target: { release: 3, generation: 4 } }, release: undefined },
      null,
    ],
    ['lasts as long after its last use', { idleSeconds: 10 }, { lastUse: startedAt + 4_000 }, startedAt + 14_000],
    ['lasts as long without any use', { idleSeconds: 10 }, {}, startedAt + 10_500],
    ['ends with the first of its limits', { lifetimeSeconds: 10, idleSeconds: 3 }, {}, startedAt + 3_500],
    ['goes on while anything runs', { endedSeconds: 5 }, {}, null],
    ['ends after its instances', { endedSeconds: 5 }, { instances: exited(1) }, startedAt + 14_000],
    [
      'goes on while an instance is to be started again',
      { endedSeconds: 5 },
      { instances: exited(1), release: serving('on-failure') },
      null,
    ],
    [
      'ends with work that is done',
      { endedSeconds: 5 },
      { instances: exited(0), release: serving('on-failure') },
      startedAt + 14_000,
    ],
    [
      'goes on while it always starts again',
      { endedSeconds: 5 },
      { instances: exited(0), release: serving('always') },
      null,
    ],
    ['goes on when it is about to be started', { endedSeconds: 5 }, { instances: exited(0, startedAt - 1) }, null],
    [
      'ends after its containers were removed',
      { endedSeconds: 5 },
      { instances: [], emptySince: startedAt + 7_000 },
      startedAt + 12_000,
    ],
    [
      'is over when its containers were removed while nobody looked',
      { endedSeconds: 5 },
      { instances: [] },
      startedAt + 5_000,
    ],
    [
      'goes on while an operation may make containers',
      { endedSeconds: 5 },
      { instances: [], hasOperation: true },
      null,
    ],
    ['goes on without any replica', { endedSeconds: 5 }, { instances: [], wish: { replicas: 0 } }, null],
    [
      'ends after a deploy that failed',
      { endedSeconds: 5 },
      { wish: { serving: null, target: null }, release: undefined, instances: [] },
      startedAt + 5_000,
    ],
  ])('%s', (...[, life, more, at]) => {
    expect(lifeEnd(situation(life, more))?.at ?? null).toBe(at);
  });

  test.each(['removing', 'dead'] as const)('is lost as soon as somebody begins to remove it: %s', (state) => {
    const going = situation({ endedSeconds: 5 }, { instances: [instance({ state })] });
    expect(isLost(going)).toBe(true);
    expect(lifeEnd(going)).toBe(null);
    expect(isLost(situation({ endedSeconds: 5 }))).toBe(false);
    expect(isLost(situation({}, { instances: [] }))).toBe(false);
  });

  test('says why it ended', () => {
    expect(lifeEnd(situation({ lifetimeSeconds: 10 }))?.reason).toBe('Its lifetime of 10 s is over.');
    expect(lifeEnd(situation({ idleSeconds: 10 }))?.reason).toBe('Nobody used it for 10 s.');
  });
});
