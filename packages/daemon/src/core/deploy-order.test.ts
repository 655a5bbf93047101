import { expect, test } from 'vitest';
import { AppSpec } from '@berth/spec/app-spec';
import { newWatch } from './instance.ts';
import { plan } from './plan.ts';
import {
  type SimulatedWorld,
  simulatedApp,
  simulatedInstance,
  simulatedRelease,
  situationOf,
  turn,
} from './simulated-world.ts';
import type { Step } from './step.ts';

const old = { release: 1, generation: 1 };
const young = { release: 2, generation: 2 };

function deploying(takeover: 'beside' | 'recreate'): SimulatedWorld {
  const watch = { ...newWatch, health: 'healthy', routedAs: 'there' } as const;
  return {
    app: simulatedApp({ serving: old, target: young, takeover }),
    releases: new Map([
      [1, simulatedRelease(1)],
      [2, simulatedRelease(2, { imageId: null })],
    ]),
    instances: [simulatedInstance('old', { revision: old, watch })],
    now: 1,
    forgotten: false,
  };
}

function story(world: SimulatedWorld): string[] {
  const told: string[] = [];
  for (let count = 0; count < 12; count += 1) {
    const { serve } = turn(world, (done) => {
      if (done !== 'route') told.push(word(done));
    });
    told.push(`serve ${serve.map((id) => id.replace(/-\d+$/, '')).join()}`);
  }
  return told.filter((one, index) => one !== told[index - 1]);
}

function word(step: Step): string {
  return 'instance' in step && step.instance !== null ? `${step.do} ${step.instance.replace(/-\d+$/, '')}` : step.do;
}

test('a deploy beside pulls, creates, starts, swaps the route, and only then drains, stops and removes the old', () => {
  expect(story(deploying('beside'))).toEqual([
    'resolve',
    'serve old',
    'create',
    'serve old',
    'start new-2.2-0',
    'serve old',
    'serve new-2.2-0',
    'promote',
    'serve new-2.2-0',
    'drain old',
    'serve new-2.2-0',
    'stop old',
    'serve new-2.2-0',
    'remove old',
    'serve new-2.2-0',
  ]);
});

test('a deploy that recreates has the image first, then stops the old before it creates the new', () => {
  expect(story(deploying('recreate'))).toEqual([
    'resolve',
    'serve old',
    'serve ',
    'drain old',
    'serve ',
    'stop old',
    'serve ',
    'create',
    'serve ',
    'start new-2.2-0',
    'serve ',
    'serve new-2.2-0',
    'promote',
    'serve new-2.2-0',
    'remove old',
    'serve new-2.2-0',
  ]);
});

const ended = { state: 'exited', exitCode: 1, finishedAt: 5 } as const;

function pendingWith(watch: object, spec: object = {}): SimulatedWorld {
  const release = simulatedRelease(2, { spec: AppSpec.parse({ image: 'shop:2', ...spec }) });
  const young2 = simulatedInstance('young', { revision: young, ...ended, watch: { ...newWatch, ...watch } });
  return {
    app: simulatedApp({ target: young }),
    releases: new Map([[2, release]]),
    instances: [young2],
    now: 10,
    forgotten: false,
  };
}

test('a new instance that ends is tried again with back-off, and given up at the third time', () => {
  expect(plan(situationOf(pendingWith({ failures: 1 }))).steps).toMatchObject([{ do: 'start' }]);
  expect(plan(situationOf(pendingWith({ failures: 2, notBefore: 50 })))).toMatchObject({ steps: [], wakeAt: 50 });
  expect(plan(situationOf(pendingWith({ failures: 3 }))).steps).toMatchObject([
    { do: 'abandon', reason: 'ended before it could take traffic, exit code 1' },
  ]);
});

test('an app that is never to be restarted is given up at its first bad end, and is done at a good one', () => {
  expect(plan(situationOf(pendingWith({}, { restart: 'never' }))).steps).toMatchObject([{ do: 'abandon' }]);
  const good = pendingWith({}, { restart: 'never' });
  good.instances = good.instances.map((one) => ({ ...one, exitCode: 0 }));
  expect(plan(situationOf(good)).steps).toMatchObject([{ do: 'promote' }]);
});

test('an instance that ended before the app was wished to run is started whatever its restart policy', () => {
  const world = pendingWith({}, { restart: 'never' });
  world.app = { ...world.app, target: null, serving: young, desiredSince: 8 };
  expect(plan(situationOf(world)).steps).toEqual([{ do: 'start', instance: 'young' }]);
});

test('an unhealthy instance is first taken out of the routes, then stopped, so that it is started again', () => {
  const watch = { ...newWatch, health: 'unhealthy', routedAs: 'there' } as const;
  const world = deploying('beside');
  world.app = { ...world.app, target: null };
  world.instances = [simulatedInstance('sick', { revision: old, watch })];
  expect(plan(situationOf(world))).toMatchObject({ serve: [], steps: [] });
  world.instances = [simulatedInstance('sick', { revision: old, watch: { ...watch, routedAs: null } })];
  expect(plan(situationOf(world)).steps).toMatchObject([{ do: 'stop', instance: 'sick' }]);
});
