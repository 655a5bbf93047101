import type { Uptime } from '@berth/spec/uptime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApi, type TestApi, until } from '../test-api.contract.ts';

const hour = 3_600_000;

let api: TestApi;
/** Made ten days ago: a day stopped, nine days running, but for an hour that nobody saw. */
let begin: number;
beforeAll(async () => {
  api = await openTestApi();
  await api.deploy('old');
  const { ledger, uptime, clock } = api.world;
  const app = ledger.books.apps.get(ledger.books.appIds.get('old') ?? '');
  if (app === undefined) throw new Error('there is no app');
  begin = clock.now() - 240 * hour;
  await ledger.write(() => ({ changes: [{ kind: 'app.put', app: { ...app, createdAt: begin } }], result: null }));
  const marks = [
    { at: begin, state: 'running' },
    { at: begin + 24 * hour, state: 'stopped' },
    { at: begin + 48 * hour, state: 'running' },
  ] as const;
  const watch = [
    { at: begin, state: 'running' },
    { at: begin + 100 * hour, state: 'unknown' },
    { at: begin + 101 * hour, state: 'running' },
  ] as const;
  await until(() => uptime.find(app.id)?.last?.state === 'running');
  await uptime.flush();
  await ledger.write(() => ({
    changes: [
      ...uptime.listOf(app.id).map((record) => {
        return { kind: 'uptime.put', record: { ...record, begunAt: begin }, marks } as const;
      }),
      { kind: 'uptime.put', record: uptime.find('engine/local') ?? fail(), marks: watch },
    ],
    result: null,
  }));
  await api.world.uptime.load();
});
afterAll(() => api.close());

function fail(): never {
  throw new Error('there is no such record');
}

async function read(query: string, path = 'apps/old/uptime'): Promise<Uptime> {
  const { status, body } = await api.call(`GET /v1/${path}?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Uptime;
}

const at = (hours: number) => new Date(begin + hours * hour).toISOString();

describe('the uptime of an app', () => {
  test('is told by intervals without a gap, by seconds and per cent', async () => {
    const uptime = await read(`since=${at(0)}&until=${at(200)}`);
    expect(uptime).toMatchObject({
      app: 'old',
      instance: null,
      since: at(0),
      until: at(200),
      seconds: { running: 175 * 3600, notRunning: 24 * 3600, unknown: 3600 },
      availability: 87.9396,
      states: { stopped: 24 * 3600, down: 0 },
      buckets: null,
      instances: null,
      next: null,
    });
    expect(uptime.intervals).toEqual([
      { since: at(0), until: at(24), state: 'running' },
      { since: at(24), until: at(48), state: 'stopped' },
      { since: at(48), until: at(100), state: 'running' },
      { since: at(100), until: at(101), state: 'unknown' },
      { since: at(101), until: at(200), state: 'running' },
    ]);
  });

  test('begins with the app and ends now, whatever is asked for', async () => {
    const uptime = await read('since=2000-01-01T00:00:00Z&until=9999-12-31T23:59:59Z');
    expect(uptime.since).toBe(at(0));
    expect(Date.parse(uptime.until)).toBeLessThanOrEqual(api.world.clock.now());
    expect(uptime.intervals?.length).toBe(5);
    const before = await read('since=999999999d&until=99999999d');
    expect(before).toMatchObject({ since: at(0), until: at(0), availability: null, intervals: [] });
  });

  test('is told in buckets on the grid of what was asked for', async () => {
    const { buckets, intervals } = await read(`since=${at(-12)}&until=${at(60)}&step=1d`);
    expect(intervals).toBeNull();
    expect(buckets?.map(({ since, availability, seconds }) => [since, availability, seconds.running / 3600])).toEqual([
      [at(0), 100, 12],
      [at(12), 50, 12],
      [at(36), 50, 12],
    ]);
  });

  test('is told by and by where there are many intervals', async () => {
    const query = `until=${at(200)}`;
    const whole = await read(`since=${at(0)}&${query}`);
    const first = await read(`since=${at(0)}&${query}&limit=2`);
    const rest = await read(`since=${first.next}&${query}`);
    expect([...(first.intervals ?? []), ...(rest.intervals ?? [])]).toEqual(whole.intervals);
    expect(first.seconds).toEqual(whole.seconds);
  });

  test('is told of each instance, and of one alone', async () => {
    const { instances } = await read(`since=${at(0)}&until=${at(200)}&instances=true`);
    expect(instances).toMatchObject([{ release: 1, slot: 0, endedAt: null, availability: 87.9396 }]);
    const id = instances?.[0]?.instance ?? '';
    expect(await read(`since=20d&instance=${id.slice(0, 12)}`)).toMatchObject({ instance: id });
    const answer = await api.call('GET /v1/apps/old/uptime?instance=ffffffffffff');
    expect(answer).toMatchObject({ status: 404, body: { code: 'instance-not-found' } });
  });

  test.each([
    ['since=x', 'since'],
    ['until=x', 'until'],
    ['step=0', 'step'],
    ['step=100ms', 'step'],
    ['step=1s', 'step'],
    ['since=1d&until=2d', 'since'],
    ['limit=0', 'limit'],
    ['instance=%20', 'instance'],
    ['nonsense=1', 'nonsense'],
  ])('is not told for ?%s', async (query, field) => {
    const { status, body } = await api.call(`GET /v1/apps/old/uptime?${query}`);
    expect(status).toBe(422);
    expect(JSON.stringify(body['errors'])).toContain(field);
  });

  test('is for those who may see the app', async () => {
    const ada = await api.tokenFor('ada');
    expect(await api.call('GET /v1/apps/old/uptime', { token: ada })).toMatchObject({ status: 404 });
    expect(await api.call('GET /v1/apps/nothing/uptime')).toMatchObject({ status: 404 });
  });
});

describe('the uptime of a removed app', () => {
  test('is kept for administrators under its id, and a new app of that name has its own', async () => {
    const { body } = await api.deploy('brief');
    const id = String(api.world.ledger.books.appIds.get('brief'));
    expect(body).toMatchObject({ state: 'succeeded' });
    expect(await api.call('DELETE /v1/apps/brief?wait=5s')).toMatchObject({ status: 200 });
    expect(await api.call('GET /v1/apps/brief/uptime')).toMatchObject({ status: 404 });
    await api.deploy('brief');
    const removed = await read('', `uptime/${id}`);
    expect(removed).toMatchObject({ app: 'brief', id });
    expect(removed.seconds.running).toBeGreaterThan(0);
    expect((await read('', 'apps/brief/uptime')).id).not.toBe(id);
    await until(async () => (await api.call('GET /v1/uptime')).text.includes('"removedAt":"2'));
    const first = await api.call('GET /v1/uptime?limit=1');
    expect(first.body['items']).toMatchObject([{ app: 'brief', removedAt: null }]);
    const rest = await api.call(`GET /v1/uptime?cursor=${String(first.body['next'])}`);
    expect(rest.body['items']).toMatchObject([
      { id, app: 'brief' },
      { app: 'old', removedAt: null },
    ]);
  });

  test('is for administrators alone', async () => {
    const ada = await api.tokenFor('ada');
    const { id } = await read('');
    expect(await api.call('GET /v1/uptime', { token: ada })).toMatchObject({ status: 403 });
    expect(await api.call(`GET /v1/uptime/${id}`, { token: ada })).toMatchObject({ status: 403 });
    expect(await api.call('GET /v1/uptime/nothing')).toMatchObject({ status: 404, body: { code: 'app-not-found' } });
  });
});
