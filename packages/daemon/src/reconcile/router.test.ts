import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../core/merge-patch.ts';
import type { EdgeRoute } from '../core/route-table.ts';
import { addDomain } from '../use-cases/domains.ts';
import { awaitOperation } from '../use-cases/operations.ts';
import { patchApp } from '../use-cases/patch-app.ts';
import { root, TestControl } from './test-control.contract.ts';

let control: TestControl;

beforeEach(async () => {
  control = await TestControl.start();
});

afterEach(() => control.close());

function routeOf(host: string): EdgeRoute | undefined {
  return control.edge.routes.find((route) => route.host === host);
}

function idsOf(name: string): readonly string[] {
  return control.instancesOf(name).map(({ id }) => id);
}

async function patch(name: string, change: JsonObject): Promise<void> {
  const { operation } = await patchApp(control.world, root, { name, patch: change });
  await awaitOperation(control.world, root, { id: operation.id, timeoutMs: 20_000 });
}

test('what concerns visitors alone changes without a new instance', async () => {
  await control.deploy('shop', { domains: [{ host: 'shop.example.org' }] });
  const before = idsOf('shop');
  await control.act('shop', 'maintenance', { message: 'Back at noon.' });
  expect(routeOf('shop.example.org')?.options).toEqual({ maintenance: 'Back at noon.' });
  await patch('shop', { route: { sticky: true, limits: { bodyBytes: 9 } } });
  await control.act('shop', 'maintenance', { message: null });
  expect(routeOf('shop.localhost')?.options).toEqual({ sticky: true, limits: { bodyBytes: 9 } });
  await patch('shop', { route: null });
  expect(routeOf('shop.localhost')).not.toHaveProperty('options');
  expect(idsOf('shop')).toEqual(before);
});

test('instances and the protocol that they speak change in one step', async () => {
  await control.deploy('api');
  const [before] = idsOf('api');
  const seen = new Set<string>();
  const watching = setInterval(() => seen.add(JSON.stringify([routeOf('api.localhost')])), 0);
  await control.deploy('api', { image: 'example/app:2', protocol: 'h2c' });
  clearInterval(watching);
  const tables = [...seen].map((text) => (JSON.parse(text) as EdgeRoute[])[0]);
  expect(tables.every((route) => (route?.targets[0]?.instance === before) === (route?.options === undefined))).toBe(
    true,
  );
  expect(routeOf('api.localhost')).toMatchObject({ options: { protocol: 'h2c' }, targets: [{}] });
  await control.act('api', 'rollback');
  expect(routeOf('api.localhost')).not.toHaveProperty('options');
});

test('a host that moved leads elsewhere also while the app is stopped', async () => {
  await control.deploy('shop');
  const redirect = { to: 'https://shop.example.org', status: 308, keepPath: true } as const;
  const domain = { host: 'old.example.org', pathPrefix: '/', stripPrefix: false, redirect };
  await addDomain(control.world, root, { name: 'shop', domain });
  await control.act('shop', 'stop');
  expect(routeOf('old.example.org')).toMatchObject({ targets: [], unavailable: null, options: { redirect } });
});

test('a restart of control changes nothing for visitors', async () => {
  await control.deploy('shop', { route: { sticky: true } });
  await control.act('shop', 'maintenance', { message: 'Back at noon.' });
  const before = routeOf('shop.localhost');
  await control.restart();
  await control.ready();
  expect(routeOf('shop.localhost')).toEqual(before);
  expect(before?.options).toEqual({ maintenance: 'Back at noon.', sticky: true });
});
