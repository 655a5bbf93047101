import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../../../daemon/src/http/test-api.contract.ts';
import { createBerthClient } from '../berth-client.ts';
import { followAppStats, followEvents, StreamError } from '../follow.ts';
import type { Client } from '../generated/client/index.ts';
import { deployApp, getApp, getCaller, listEvents, removeApp } from '../generated/sdk.gen.ts';
import { deployAndWait } from './deploy-and-wait.ts';
import { listAllApps } from './list-all-apps.ts';
import { addInstance } from './scale-safely.ts';
import { lastLines, watchUntilRemoved } from './watch-app.ts';

let api: TestApi;
let client: Client;
beforeAll(async () => {
  api = await openTestApi();
  client = createBerthClient({ url: `${await api.listen()}/`, token: api.token });
});
afterAll(() => api.close());

test('an image is deployed and has a URL', async () => {
  expect(await deployAndWait(client, 'shop', 'example/app:1')).toBe('http://shop.localhost:8080');
  await expect(deployAndWait(client, 'lost', 'example/nowhere:1')).rejects.toThrow('lost was not deployed');
});

test('all apps are listed, page by page', async () => {
  await Promise.all(['a', 'b'].map((name) => deployAndWait(client, name, 'example/app:1')));
  const names: string[] = [];
  for await (const { name } of listAllApps(client)) names.push(name);
  expect(names).toEqual(expect.arrayContaining(['a', 'b', 'shop']));
});

test('two who add an instance at once add two', async () => {
  const both = await Promise.all([addInstance(client, 'a'), addInstance(client, 'a')]);
  expect(new Set(both)).toEqual(new Set([2, 3]));
});

test('an app is watched until it is removed', async () => {
  await deployAndWait(client, 'short', 'example/app:1');
  const told: string[] = [];
  const watching = watchUntilRemoved(client, 'short', (line) => told.push(line));
  await removeApp({ client, path: { name: 'short' }, query: { wait: '10s' } });
  await watching;
  expect(told[0]).toMatch(/^app.created/);
  expect(told.at(-1)).toMatch(/^app.removed/);
});

test('the last lines of an app are read', async () => {
  const id = api.world.ledger.books.appIds.get('shop') ?? '';
  for (const line of ['one', 'two', 'three'])
    api.engine.controls.say(api.world.fleet.instancesOf(id)[0]?.id ?? '', line);
  expect(await lastLines(client, 'shop', 2)).toEqual(['two', 'three']);
});

test('stats are followed until one leaves', async () => {
  for await (const { items } of followAppStats({ client, name: 'shop' })) {
    expect(items[0]?.memoryBytes).toBeGreaterThan(0);
    break;
  }
});

test('a refused stream says why', async () => {
  const next = followEvents({ client, app: 'gone' }).next();
  await expect(next).rejects.toBeInstanceOf(StreamError);
  await expect(next).rejects.toMatchObject({ problem: { code: 'app-not-found' } });
});

test('a page of events is asked for as JSON', async () => {
  const { data } = await listEvents({ client, query: { after: 0, limit: 2 } });
  expect(data?.items).toHaveLength(2);
});

test('a refusal is a typed problem', async () => {
  const { data, error, response } = await getApp({ client, path: { name: 'gone' } });
  expect([data, error?.code, response?.status]).toEqual([undefined, 'app-not-found', 404]);
  const wrong = await deployApp({ client, path: { name: 'x' }, body: { image: 'a', replicas: -1 } });
  expect(wrong.error?.errors).toEqual([{ field: 'replicas', detail: expect.any(String) }]);
});

test('who has no token, or no daemon, is told so', async () => {
  const { url } = { url: await Promise.resolve(client.getConfig().baseUrl ?? '') };
  expect((await getCaller({ client: createBerthClient({ url }) })).error?.code).toBe('unauthenticated');
  const nowhere = await getCaller({ client: createBerthClient({ url: 'http://127.0.0.1:1' }) });
  expect(nowhere.response).toBeUndefined();
  await expect(followEvents({ client: createBerthClient({ url: 'http://127.0.0.1:1' }) }).next()).rejects.toThrow(
    'cannot be reached',
  );
});
