import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSource, take } from '../stream/event-source.contract.ts';
import { openTestApi, type TestApi, until } from '../test-api.contract.ts';

let api: TestApi;
let url: string;
beforeAll(async () => {
  api = await openTestApi({ heartbeatMs: 30 });
  url = await api.listen();
  await Promise.all(['one', 'two'].map((name) => api.deploy(name)));
});
afterAll(() => api.close());

const lastId = () => api.world.ledger.lastEventId;
const instanceOf = (name: string): string => {
  const id = api.world.ledger.books.appIds.get(name) ?? '';
  return api.world.fleet.instancesOf(id)[0]?.id ?? '';
};

describe('events', () => {
  test('come as they happen, numbered and named', async () => {
    const source = await openSource(`${url}/v1/events?app=one`, api.token);
    await api.call('POST /v1/apps/one/actions/restart?wait=5s');
    const [first] = await take(source, 1);
    expect(first).toMatchObject({ event: 'operation.accepted', data: { app: 'one', kind: 'operation.accepted' } });
    expect(first?.id).toBe(String(first?.data['id']));
    source.close();
  });

  test('are resumed behind the last one that was seen', async () => {
    const before = lastId();
    await api.call('POST /v1/apps/two/actions/stop?wait=5s');
    const [query, header] = await Promise.all([
      openSource(`${url}/v1/events?after=${before}`, api.token),
      openSource(`${url}/v1/events`, api.token, { 'last-event-id': String(before) }),
    ]);
    const [one, other] = await Promise.all([take(query, 3), take(header, 3)]);
    expect(one).toEqual(other);
    expect(one.map(({ id }) => Number(id))).toEqual([before + 1, before + 2, before + 3]);
    query.close();
    header.close();
  });

  test('that are no longer kept cannot be resumed', async () => {
    await api.world.store.prune({
      eventsBeforeMs: api.world.clock.now() + 1,
      operationsBeforeMs: 0,
      answersBeforeMs: 0,
      releasesPerApp: 9,
      uptimeBeforeMs: 0,
      uptimeExactBeforeMs: 0,
    });
    const answer = await api.call('GET /v1/events?after=1', { headers: { accept: 'text/event-stream' } });
    expect(answer).toMatchObject({ status: 410, body: { code: 'cursor-expired' } });
  });

  test('can be read in pages', async () => {
    const after = lastId();
    await api.call('POST /v1/apps/two/actions/start?wait=5s');
    const headers = { accept: 'application/json' };
    const page = await api.call(`GET /v1/events?after=${after}&limit=2`, { headers });
    expect((page.body['items'] as { id: number }[]).map(({ id }) => id)).toEqual([after + 1, after + 2]);
    expect(page.body['next']).toBe(String(after + 2));
    const rest = await api.call(`GET /v1/events?after=${String(page.body['next'])}`, { headers });
    expect(rest.body['next']).toBeNull();
  });

  test('of others are not told', async () => {
    const ada = await api.tokenFor('ada');
    const source = await openSource(`${url}/v1/events`, ada);
    await api.call('POST /v1/apps/one/actions/restart?wait=5s');
    await api.call('PUT /v1/apps/adas?wait=5s', { token: ada, body: { image: 'example/app:1' } });
    expect(await take(source, 1)).toMatchObject([{ data: { app: 'adas' } }]);
    expect((await openSource(`${url}/v1/events?app=one`, ada)).status).toBe(404);
    source.close();
  });

  test('that do not come are stood in for by comments', async () => {
    const source = await openSource(`${url}/v1/events?app=two`, api.token);
    const next = source.events.next();
    await until(() => source.comments() > 3);
    source.close();
    await expect(next).rejects.toThrow();
  });

  test.each(['x', '-1', '99999999999999999999'])('%j is not the id of one', async (id) => {
    expect(await api.call('GET /v1/events', { headers: { 'last-event-id': id } })).toMatchObject({ status: 422 });
  });
});

test('an operation is followed until its end', async () => {
  const { body } = await api.call('PUT /v1/apps/three', { body: { image: 'example/app:1' } });
  const source = await openSource(`${url}/v1/operations/${String(body['id'])}/events`, api.token);
  const states: unknown[] = [];
  for await (const { event, data } of source.events) states.push(`${event} ${String(data['state'])}`);
  expect(states.at(-1)).toBe('operation succeeded');
  expect(await api.call('GET /v1/operations/nothing/events')).toMatchObject({
    status: 404,
    body: { code: 'operation-not-found' },
  });
});

test('operations are listed newest first, in pages', async () => {
  const first = await api.call('GET /v1/operations?app=one&limit=1');
  expect(first.body).toMatchObject({ items: [{ app: 'one', kind: 'restart' }], next: expect.any(String) });
  const rest = await api.call(`GET /v1/operations?app=one&cursor=${String(first.body['next'])}`);
  expect((rest.body['items'] as { kind: string }[]).at(-1)).toMatchObject({ kind: 'deploy' });
});

describe('logs', () => {
  const say = (...lines: string[]) => lines.forEach((line) => api.engine.controls.say(instanceOf('three'), line));
  const logs = (query: string, accept: string) =>
    fetch(`${url}/v1/apps/three/logs${query}`, { headers: { authorization: `Bearer ${api.token}`, accept } });

  test('are lines of JSON, plain text or events, as one asks', async () => {
    say('ahoy', 'Grüße');
    const lines = await (await logs('?tail=2', '*/*')).text();
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ line: 'ahoy', stream: 'stdout', at: null }, { line: 'Grüße' }]);
    expect(await (await logs('?tail=1', 'text/plain')).text()).toBe('Grüße\n');
    const source = await openSource(`${url}/v1/apps/three/logs?tail=1&timestamps=true`, api.token);
    expect(await take(source, 9)).toMatchObject([
      { event: 'line', data: { line: 'Grüße', at: expect.stringMatching(/Z$/) } },
    ]);
  });

  test('are followed until the reader leaves', async () => {
    const source = await openSource(`${url}/v1/apps/three/logs?follow=true&tail=0`, api.token);
    say('later');
    expect(await take(source, 1)).toMatchObject([{ data: { line: 'later' } }]);
    source.close();
  });

  test('begin to be followed although nothing is said', async () => {
    const controller = new AbortController();
    const answer = await fetch(`${url}/v1/apps/three/logs?follow=true&tail=0`, {
      headers: { authorization: `Bearer ${api.token}` },
      signal: controller.signal,
    });
    expect(answer.status).toBe(200);
    controller.abort();
  });

  test.each([
    '?since=yesterday',
    '?tail=-1',
    '?tail=x',
    '?instance=..%2f',
    '?follow=yes',
    '?until=2026-13-01T00:00:00Z',
  ])('%s is refused', async (query) => {
    expect((await logs(query, '*/*')).status).toBe(422);
  });

  test('of an instance that is not there are refused', async () => {
    expect(await api.call('GET /v1/apps/three/logs?instance=abcdefgh')).toMatchObject({
      status: 404,
      body: { code: 'instance-not-found' },
    });
  });
});

test('stats are one sample, or one after the other', async () => {
  const once = await api.call('GET /v1/apps/three/stats');
  expect(once.body).toMatchObject({ items: [{ instance: instanceOf('three'), memoryBytes: expect.any(Number) }] });
  const source = await openSource(`${url}/v1/apps/three/stats?follow=true`, api.token, { accept: '*/*' });
  expect(await take(source, 2)).toMatchObject([
    { event: 'stats' },
    { event: 'stats', data: { items: [{ instance: instanceOf('three') }] } },
  ]);
  source.close();
});

describe('files', () => {
  const headers = { 'content-type': 'application/x-tar' };

  test('are copied in and out as a tar', async () => {
    const out = await fetch(`${url}/v1/apps/three/files?path=/tmp`, {
      headers: { authorization: `Bearer ${api.token}` },
    });
    expect([out.status, out.headers.get('content-type')]).toEqual([200, 'application/x-tar']);
    const tar = Buffer.from(await out.arrayBuffer());
    expect(await api.call('PUT /v1/apps/three/files?path=/tmp', { body: tar, headers })).toMatchObject({ status: 204 });
  });

  test('that are not there, or no tar, are refused', async () => {
    expect(await api.call('GET /v1/apps/three/files?path=/nothing')).toMatchObject({
      status: 404,
      body: { code: 'file-not-found' },
    });
    expect(await api.call('GET /v1/apps/three/files?path=/../etc')).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'path' }] },
    });
    expect(await api.call('PUT /v1/apps/three/files?path=/tmp', { body: {} })).toMatchObject({ status: 415 });
    const lost = await fetch(`${url}/v1/apps/three/files?path=/nothing`, {
      method: 'PUT',
      headers: { ...headers, authorization: `Bearer ${api.token}` },
      body: Buffer.alloc(1024),
    });
    expect(lost.status).toBe(404);
  });
});
