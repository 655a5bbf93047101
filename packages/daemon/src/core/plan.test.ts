import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { App, Revision } from './app.ts';
import { type Instance, newWatch } from './instance.ts';
import { plan } from './plan.ts';
import {
  isOfServing,
  reachable,
  type SimulatedWorld,
  simulatedApp,
  simulatedInstance,
  simulatedRelease,
  situationOf,
  turn,
} from './simulated-world.ts';
import { stepKey } from './step.ts';

const old: Revision = { release: 1, generation: 1 };
const young: Revision = { release: 2, generation: 2 };
const ancient: Revision = { release: 1, generation: 0 };

const enoughTurns = 40;

const instances = fc
  .array(
    fc.record({
      revision: fc.constantFrom(old, young, ancient),
      slot: fc.nat(4),
      state: fc.constantFrom('created', 'running', 'paused', 'exited', 'dead'),
      health: fc.constantFrom('unknown', 'starting', 'healthy', 'unhealthy'),
      routed: fc.boolean(),
      drained: fc.boolean(),
      exitCode: fc.constantFrom(0, 1, 137),
      failures: fc.nat(2),
    }),
    { maxLength: 8 },
  )
  .map((list) =>
    list.map(({ health, routed, drained, failures, ...known }, index): Instance => {
      const watch = { ...newWatch, health, routedAs: routed ? 'there' : null, drained, failures };
      return simulatedInstance(`given-${index}`, { ...known, watch, finishedAt: known.state === 'exited' ? 5 : null });
    }),
  );

const wishes = fc.record({
  desired: fc.constantFrom('running', 'paused', 'stopped'),
  replicas: fc.nat(4),
  serving: fc.constantFrom(old, null),
  target: fc.constantFrom(young, null),
  takeover: fc.constantFrom('beside', 'recreate'),
  urgent: fc.boolean(),
  removing: fc.constantFrom(null, null, { volumes: [] }),
} satisfies { [Key in keyof App]?: fc.Arbitrary<App[Key]> });

/** An app is paused only while it serves and nothing is rolled out. */
const worlds = fc
  .record({ wish: wishes, given: instances, imagesKnown: fc.boolean() })
  .map(({ wish, given, imagesKnown }): SimulatedWorld => {
    const known = imagesKnown ? {} : { imageId: null };
    const releases = new Map([1, 2].map((number) => [number, simulatedRelease(number, known)]));
    const possible = wish.desired === 'paused' ? { ...wish, serving: old, target: null } : wish;
    return { app: simulatedApp(possible), releases, instances: given, now: 1000, forgotten: false };
  });

describe('whatever is found, the plan', () => {
  test('comes to rest, and what is there then is what was wished for', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        settle(world);
        if (world.app.removing !== null) expect(world.forgotten).toBe(true);
        else expectWish(world);
      }),
      { numRuns: 3000 },
    );
  });

  test('never takes the last healthy instance out of the traffic while the app is to run', () => {
    const running = worlds.filter(
      ({ app }) => app.desired === 'running' && app.takeover === 'beside' && app.removing === null && app.replicas > 0,
    );
    fc.assert(
      fc.property(running, (world) => {
        if (world.app.serving === null) return;
        let served = reachable(world).some((id) => isKeepable(world, id));
        for (let count = 0; count < enoughTurns; count += 1) {
          turn(world, (done) => {
            if (served) expect(reachable(world), `after ${JSON.stringify(done)}`).not.toEqual([]);
            served ||= reachable(world).length > 0;
          });
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('does not stop, pause or remove what is routed, unless it is to be killed', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { steps } = plan(situationOf(world));
        const routed = new Set(world.instances.filter((one) => one.watch.routedAs !== null).map((one) => one.id));
        const ending = steps.filter(
          (step) =>
            ['stop', 'pause', 'remove'].includes(step.do) &&
            'instance' in step &&
            step.instance !== null &&
            routed.has(step.instance),
        );
        expect(ending).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  test('asks for one thing at a time of each instance, and for nothing that is under way', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { steps } = plan(situationOf(world));
        const keys = steps.map(stepKey);
        expect(new Set(keys).size).toBe(keys.length);
        expect(plan(situationOf(world, new Set(keys))).steps).toEqual([]);
      }),
    );
  });
});

function settle(world: SimulatedWorld): void {
  for (let count = 0; count < enoughTurns; count += 1) {
    const before = JSON.stringify(world.instances.map((one) => one.watch.routedAs));
    const { steps, wakeAt } = turn(world);
    if (world.forgotten) return;
    const quiet = steps.length === 0 && JSON.stringify(world.instances.map((one) => one.watch.routedAs)) === before;
    if (quiet && wakeAt === null) return;
    if (quiet && wakeAt !== null) world.now = wakeAt;
  }
  expect.fail(`no rest after ${enoughTurns} turns: ${JSON.stringify(plan(situationOf(world)))}`);
}

function expectWish(world: SimulatedWorld): void {
  const { app } = world;
  const own = world.instances.filter((one) => isOfServing(world, one));
  expect(world.instances.length - own.length, 'instances of no wanted revision').toBe(0);
  if (app.serving === null) return;
  if (app.desired === 'stopped') expect(own.filter((one) => ['running', 'paused'].includes(one.state))).toEqual([]);
  if (app.desired === 'paused') expect(own.filter((one) => one.state === 'running')).toEqual([]);
  if (app.desired !== 'running') return;
  expect(own.length, 'instances').toBe(app.replicas);
  expect(reachable(world).length, 'instances that take traffic').toBe(app.replicas);
}

/** Healthy and of the serving revision: an instance of anything else was never promised to stay. */
function isKeepable(world: SimulatedWorld, id: string): boolean {
  const instance = world.instances.find((one) => one.id === id);
  return instance !== undefined && isOfServing(world, instance);
}
