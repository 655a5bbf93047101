import { afterEach, beforeEach, expect, test } from 'vitest';
import { findApp } from '../core/books.ts';
import { listEvents } from '../use-cases/events.ts';
import { patchApp } from '../use-cases/patch-app.ts';
import { root, TestControl } from './test-control.contract.ts';

let control: TestControl;

beforeEach(async () => {
  control = await TestControl.start();
});

afterEach(() => control.close());

const app = (name: string) => findApp(control.world.ledger.books, name);
const gone = (name: string) => control.until(() => app(name) === undefined, `the end of ${name}`);

test('an app whose lifetime is over is removed, with its volumes where it says so', async () => {
  const volumes = [{ name: 'data', path: '/data' }];
  await control.deploy('short', { volumes, life: { lifetimeSeconds: 1, atEnd: 'remove', volumes: 'remove' } });
  await control.deploy('kept', { volumes });
  expect(await control.engine.volumes.list(['berth.volume'])).toHaveLength(2);
  await gone('short');
  expect((await control.engine.volumes.list(['berth.volume'])).map(({ labels }) => labels['berth.app'])).toEqual([
    'kept',
  ]);
  const { items } = await listEvents(control.world, root, { after: 0, limit: 100 });
  expect(items.find(({ kind }) => kind === 'app.expired')).toMatchObject({
    app: 'short',
    detail: 'Its lifetime of 1 s is over.',
  });
});

test('an app is stopped where nothing else is said, and lives as long again when it is started', async () => {
  await control.deploy('nap', { life: { lifetimeSeconds: 1 } });
  await control.until(() => app('nap')?.desired === 'stopped', 'the end');
  await control.act('nap', 'start');
  expect(app('nap')?.desired).toBe('running');
  await control.until(() => app('nap')?.desired === 'stopped', 'the next end');
});

test('what visitors use stays, and ends when they have gone', async () => {
  await control.deploy('used', { life: { idleSeconds: 1, atEnd: 'remove' } });
  await control.deploy('unused', { life: { idleSeconds: 1, atEnd: 'remove' } });
  const visit = control.edge.visit('used.localhost');
  await gone('unused');
  expect(app('used')).toBeDefined();
  visit?.end();
  await gone('used');
});

test('nobody is taken to be idle while the edge does not say who is used', async () => {
  await control.deploy('used', { life: { idleSeconds: 1, atEnd: 'stop' } });
  await control.deploy('short', { life: { lifetimeSeconds: 2, atEnd: 'stop' } });
  control.edge.disconnect();
  await control.until(() => app('short')?.desired === 'stopped', 'an end that needs no edge');
  expect(app('used')?.desired).toBe('running');
  control.edge.connect();
  await control.until(() => app('used')?.desired === 'stopped', 'the end');
});

test('an end that comes while control is away is found by the next start', async () => {
  await control.deploy('short', { life: { lifetimeSeconds: 1, atEnd: 'remove' } });
  await control.restart();
  await gone('short');
});

test('an end waits for an engine that is away', async () => {
  await control.deploy('short', { life: { lifetimeSeconds: 1, atEnd: 'remove' } });
  control.engine.controls.setReachable(false);
  await control.until(() => !control.world.fleet.engine('local').connected, 'the loss');
  control.engine.controls.setReachable(true);
  await gone('short');
});

test('what ended by itself, or was removed from the engine, ends its app', async () => {
  const request = { restart: 'never', life: { endedSeconds: 0, atEnd: 'remove' } } as const;
  await Promise.all(['ended', 'removed'].map((name) => control.deploy(name, request)));
  control.engine.controls.crash(control.instancesOf('ended')[0]?.id ?? '', 9);
  await control.engine.containers.remove(control.instancesOf('removed')[0]?.id ?? '', { force: true });
  await gone('ended');
  await gone('removed');
});

test('many ends at once, some of them asked for by somebody else, end each app once', async () => {
  const names = ['one', 'two', 'three', 'four'];
  await Promise.all(names.map((name) => control.deploy(name, { life: { lifetimeSeconds: 1, atEnd: 'remove' } })));
  await Promise.allSettled([control.act('one', 'stop'), control.act('two', 'kill')]);
  for (const name of names) await gone(name);
});

test('an app gets another life without a new release, and loses it again', async () => {
  await control.deploy('shop');
  const before = app('shop')?.lastRelease;
  const { operation } = await patchApp(control.world, root, {
    name: 'shop',
    patch: { life: { lifetimeSeconds: 3600 } },
  });
  expect(operation.kind).toBe('life');
  expect(app('shop')).toMatchObject({ life: { lifetimeSeconds: 3600 }, lastRelease: before });
  await patchApp(control.world, root, { name: 'shop', patch: { replicas: 1 } });
  expect(app('shop')?.life).toEqual({ lifetimeSeconds: 3600 });
  await patchApp(control.world, root, { name: 'shop', patch: { life: null } });
  expect(app('shop')?.life).toEqual({});
});
