import { Problem } from '@berth/spec/problem';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findApp } from '../core/books.ts';
import { conditionOf } from '../use-cases/view.ts';
import { addDomain } from '../use-cases/domains.ts';
import { removeApp } from '../use-cases/remove-app.ts';
import { root, TestControl } from './test-control.contract.ts';

let control: TestControl;

beforeEach(async () => {
  control = await TestControl.start();
});

afterEach(() => control.close());

function stateOf(name: string): string {
  const app = findApp(control.world.ledger.books, name);
  return app === undefined ? 'gone' : conditionOf(control.world, app).state;
}

test('an instance that ends is started again, and said to be crash-looping when it keeps ending', async () => {
  await control.deploy('shop');
  for (const failures of [1, 2, 3]) {
    await control.until(() => stateOf('shop') === 'running', 'a running instance');
    const [instance] = control.instancesOf('shop');
    control.engine.controls.crash(instance?.id ?? '', 9);
    await control.until(() => control.instancesOf('shop')[0]?.watch.failures === failures, `failure ${failures}`);
  }
  expect(stateOf('shop')).toBe('crash-looping');
  expect(control.targetsOf('shop.localhost')).toEqual([]);
  await control.until(() => stateOf('shop') === 'running', 'the next try');
});

test('an end that no event told of is found by the next list', async () => {
  await control.deploy('shop');
  control.engine.controls.setDeaf(true);
  control.engine.controls.crash(control.instancesOf('shop')[0]?.id ?? '', 1);
  await control.until(() => control.instancesOf('shop')[0]?.watch.restarts === 1, 'a restart');
});

test('an instance that stops answering leaves the traffic and is started again', async () => {
  await control.deploy('shop', { replicas: 2, health: { intervalSeconds: 1, failures: 1 } });
  const [sick, well] = control.instancesOf('shop');
  const address = `${sick?.address?.host}:${sick?.address?.port}`;
  control.deaf.add(address);
  await control.until(() => control.targetsOf('shop.localhost').join() === well?.id, 'one target');
  control.deaf.delete(address);
  await control.until(() => control.targetsOf('shop.localhost').length === 2, 'both targets');
});

test('a failed step is tried again, and a roll-out that the engine refuses for good says why', async () => {
  control.engine.controls.failNext('containers.create', new Problem('engine-unreachable', 'gone for a moment'));
  expect(await control.deploy('shop')).toMatchObject({ state: 'succeeded' });
  control.engine.controls.failNext('containers.create', new Problem('engine-disk-full', 'no space left on device'));
  const full = await control.deploy('shop', { image: 'example/app:2' });
  expect(full).toMatchObject({ state: 'failed', problem: { code: 'engine-disk-full' } });
  expect(stateOf('shop')).toBe('running');
});

test('an image that went missing from the engine is looked for again', async () => {
  await control.deploy('shop');
  control.engine.controls.failNext('containers.create', new Problem('image-not-found', 'no such image'));
  await control.act('shop', 'scale', { replicas: 2 });
  expect(control.instancesOf('shop').length).toBe(2);
});

test('a domain that moves to another app is never without a target', async () => {
  await control.deploy('old-shop', { domains: [{ host: 'shop.example.org' }] });
  await control.deploy('new-shop', { image: 'example/app:2' });
  const seen = new Set<string>();
  const watching = setInterval(() => seen.add(control.targetsOf('shop.example.org').join()), 0);
  const domain = { host: 'shop.example.org', pathPrefix: '/', stripPrefix: false };
  await addDomain(control.world, root, { name: 'new-shop', domain, force: true });
  const [target] = control.instancesOf('new-shop');
  await control.until(() => control.targetsOf('shop.example.org').join() === target?.id, 'the move');
  await control.act('old-shop', 'restart');
  clearInterval(watching);
  expect(control.targetsOf('shop.example.org')).toEqual([target?.id]);
  expect(seen).not.toContain('');
});

test('a volume that another owner’s app left behind is not given away', async () => {
  const volumes = [{ name: 'data', path: '/data' }];
  await control.world.ledger.write(() => ({
    changes: [{ kind: 'user.put', user: { name: 'ada', role: 'user', createdAt: 0 } }],
    result: null,
  }));
  await control.deploy('blog', { volumes, owner: 'ada' });
  await removeApp(control.world, root, { name: 'blog', volumes: [] });
  await control.until(() => stateOf('blog') === 'gone', 'the removal');
  expect(await control.deploy('blog', { volumes })).toMatchObject({ state: 'failed', problem: { code: 'name-taken' } });
  await removeApp(control.world, root, { name: 'blog', volumes: [] });
  await control.until(() => stateOf('blog') === 'gone', 'the second removal');
  expect(await control.deploy('blog', { volumes, owner: 'ada' })).toMatchObject({ state: 'succeeded' });
});

test('a stop ends a deploy that hangs, and what served before is what is stopped', async () => {
  await control.deploy('shop');
  const { host, port } = control.instancesOf('shop')[0]?.address ?? { host: '', port: 0 };
  control.deaf.add(`${host}:${port}`);
  const hanging = control.deploy('shop', { image: 'example/app:2', health: { startTimeoutSeconds: 600 } });
  await control.until(() => control.world.ledger.books.operations.size > 0, 'the deploy');
  const stopped = await control.act('shop', 'stop');
  expect(stopped.state).toBe('succeeded');
  expect(['superseded', 'succeeded']).toContain((await hanging).state);
  await control.until(() => control.instancesOf('shop').every((one) => one.state === 'exited'), 'the end of all');
});

test('an engine that is away for a while changes nothing of what is routed', async () => {
  await control.deploy('shop', { replicas: 2 });
  const before = control.targetsOf('shop.localhost');
  control.engine.controls.setReachable(false);
  await control.until(() => stateOf('shop') === 'unknown', 'the loss');
  expect(control.targetsOf('shop.localhost')).toEqual(before);
  control.engine.controls.setReachable(true);
  await control.until(() => stateOf('shop') === 'running', 'the return');
  expect(control.targetsOf('shop.localhost')).toEqual(before);
});

test('a restart of control takes no target away, and replaces nothing', async () => {
  await control.deploy('shop', { replicas: 3 });
  const before = control.targetsOf('shop.localhost');
  await control.restart();
  await control.ready();
  expect(control.targetsOf('shop.localhost')).toEqual(before);
  await control.act('shop', 'scale', { replicas: 4 });
  expect(control.targetsOf('shop.localhost')).toEqual(expect.arrayContaining(before));
});

test('an edge that was away is told everything again', async () => {
  await control.deploy('shop');
  control.edge.disconnect();
  const scaled = control.act('shop', 'scale', { replicas: 2 });
  await control.until(() => control.instancesOf('shop').length === 2, 'a second instance');
  control.edge.connect();
  expect((await scaled).state).toBe('succeeded');
  await control.until(() => control.targetsOf('shop.localhost').length === 2, 'both targets');
});

test.each([3, 7, 18])(
  'in random work (seed %i) with crashes, losses and restarts nothing is lost or left over',
  async (seed) => {
    const random = seeded(seed);
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) await control.deploy(name);
    for (let turn = 0; turn < 60; turn += 1) await disturb(names[turn % names.length] ?? 'a', random);
    control.engine.controls.setReachable(true);
    await control.until(
      () => names.every(isAsWished),
      `rest: ${names.map((name) => `${name} ${stateOf(name)}`).join()}`,
    );
    const containers = await control.engine.containers.list([]);
    expect(containers.length).toBe(names.reduce((sum, name) => sum + control.instancesOf(name).length, 0));
  },
  30_000,
);

async function disturb(name: string, random: () => number): Promise<void> {
  const quiet = (promise: Promise<unknown>): void => void promise.catch(() => undefined);
  const verbs = ['stop', 'start', 'pause', 'unpause', 'restart', 'reset', 'kill'] as const;
  const chance = random();
  if (chance < 0.3) quiet(control.act(name, verbs[Math.floor(random() * verbs.length)] ?? 'start'));
  else if (chance < 0.5)
    quiet(
      control.deploy(name, { image: `example/app:${random() < 0.5 ? 1 : 2}`, replicas: 1 + Math.floor(random() * 3) }),
    );
  else if (chance < 0.6) quiet(control.act(name, 'scale', { replicas: Math.floor(random() * 4) }));
  else if (chance < 0.75)
    control
      .instancesOf(name)
      .slice(0, 1)
      .forEach((one) => one.state === 'running' && control.engine.controls.crash(one.id, 1));
  else if (chance < 0.8) control.engine.controls.setReachable(random() < 0.5);
  else if (chance < 0.9) await control.restart().catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, random() * 20));
}

function isAsWished(name: string): boolean {
  const app = findApp(control.world.ledger.books, name);
  if (app === undefined || control.world.ledger.books.operations.has(app.id)) return false;
  const state = stateOf(name);
  const own = control
    .instancesOf(name)
    .filter((one) => one.release === app.serving?.release && one.generation === app.serving.generation);
  if (own.length !== control.instancesOf(name).length) return false;
  if (app.desired !== 'running') return state === app.desired;
  return (
    state === 'running' && own.length === app.replicas && control.targetsOf(`${name}.localhost`).length === app.replicas
  );
}

/** A small generator (mulberry32), so that a failing run can be repeated by its seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
