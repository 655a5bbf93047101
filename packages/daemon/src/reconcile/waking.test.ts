import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findApp } from '../core/books.ts';
import { deployApp } from '../use-cases/deploy-app.ts';
import { patchApp } from '../use-cases/patch-app.ts';
import { AppRequest } from '@berth/spec/app-spec';
import { root, TestControl } from './test-control.contract.ts';

let control: TestControl;
beforeEach(async () => {
  control = await TestControl.start({
    budgets: { small: { memoryBytes: 30_000_000 }, theirs: { memoryBytes: 1e9, owners: ['eve'] } },
  });
});
afterEach(() => control.close());

const app = (name: string) => findApp(control.world.ledger.books, name);
const visit = (name: string) => control.edge.visit(`${name}.localhost`);
const routeOf = (name: string) => control.edge.routes.find(({ host }) => host === `${name}.localhost`);
const asleep = (name: string) =>
  control.until(() => routeOf(name)?.options?.wakes === true && app(name)?.desired === 'stopped', `${name} asleep`);
const serves = (name: string) => control.until(() => routeOf(name)?.targets.length === 1, `${name} serving`);

describe('an app that wakes', () => {
  test('is started by a visitor after nobody used it for a while', async () => {
    await control.deploy('shop', { life: { idleSeconds: 1, wake: true } });
    await asleep('shop');
    expect(routeOf('shop')?.unavailable).toContain('It is being started again.');
    expect(visit('shop')).toBeUndefined();
    await serves('shop');
    expect(app('shop')).toMatchObject({ desired: 'running', asleep: null });
  });

  test('is left alone by visitors where a person stopped it, also while it slept', async () => {
    await control.deploy('shop', { life: { idleSeconds: 1, wake: true } });
    await asleep('shop');
    await control.act('shop', 'stop');
    await control.until(() => routeOf('shop')?.options?.wakes === undefined, 'a route that does not wake');
    expect(visit('shop')).toBeUndefined();
    expect(app('shop')).toMatchObject({ desired: 'stopped', asleep: null });
  });

  test('sleeps on where it is told not to wake any more', async () => {
    await control.deploy('shop', { life: { idleSeconds: 1, wake: true } });
    await asleep('shop');
    await patchApp(control.world, root, { name: 'shop', patch: { life: null } });
    await control.until(() => routeOf('shop')?.options?.wakes === undefined, 'a route that does not wake');
    visit('shop');
    expect(app('shop')?.desired).toBe('stopped');
  });

  test('wakes after a restart of control, too', async () => {
    await control.deploy('shop', { life: { idleSeconds: 1, wake: true } });
    await asleep('shop');
    await control.restart();
    await control.ready();
    visit('shop');
    await serves('shop');
  });
});

describe('a memory budget', () => {
  const life = { budget: 'small', wake: true } as const;
  const ten = { memoryReservationBytes: 10_000_000, life };

  test('makes room for a launch: the app that was used least recently goes, one in use stays', async () => {
    await control.deploy('first', ten);
    await control.deploy('second', ten);
    await control.deploy('third', ten);
    const open = visit('first');
    await control.deploy('fourth', ten);
    expect(app('second')).toMatchObject({ desired: 'stopped', asleep: 'evicted' });
    expect([app('first')?.desired, app('third')?.desired]).toEqual(['running', 'running']);
    open?.end();
  });

  test('lets an evicted app come back with its next visitor, and another go', async () => {
    for (const name of ['first', 'second', 'third', 'fourth']) await control.deploy(name, ten);
    await asleep('first');
    visit('first');
    await serves('first');
    const running = ['first', 'second', 'third', 'fourth'].filter((name) => app(name)?.desired === 'running');
    expect(running).toHaveLength(3);
    expect(running).toContain('first');
  });

  test('holds however many are launched at once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.allSettled(names.map((name) => control.deploy(name, ten)));
    expect(names.filter((name) => app(name)?.desired === 'running').length).toBeLessThanOrEqual(3);
  });

  test('refuses an app that does not fit into it at all, and a budget that is not there', async () => {
    const ask = (request: object) =>
      deployApp(control.world, root, { name: 'x', request: AppRequest.parse({ image: 'example/app:1', ...request }) });
    await expect(ask({ ...ten, memoryReservationBytes: 31_000_000 })).rejects.toMatchObject({ code: 'policy-refused' });
    await expect(ask({ ...ten, replicas: 4 })).rejects.toMatchObject({ code: 'policy-refused' });
    for (const budget of ['large', 'theirs', 'constructor'])
      await expect(ask({ life: { budget } })).rejects.toMatchObject({ code: 'validation-failed' });
    expect(app('x')).toBeUndefined();
  });

  test('is asked for by a start and a scale as well', async () => {
    for (const name of ['first', 'second', 'third']) await control.deploy(name, ten);
    await control.act('first', 'stop');
    await control.act('second', 'scale', { replicas: 2 });
    expect(app('third')?.desired).toBe('running');
    await control.act('first', 'start');
    expect(['first', 'second', 'third'].map((name) => app(name)?.desired)).toContain('stopped');
    expect(app('first')?.desired).toBe('running');
  });
});
