import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endpoints } from './endpoint-table.ts';
import { openTestSrc, type TestSrc } from './test-src.contract.ts';

let src: TestSrc;
beforeEach(async () => {
  src = await openTestSrc();
});
afterEach(() => src.close());

const of = (mode: string) => Object.entries(endpoints).filter(([, endpoint]) => endpoint.mode === mode);

describe('a call', () => {
  test('of the base URL is answered with an outline of all 20 routes', async () => {
    const { status, type, text } = await src.call('GET /');
    expect([status, type]).toEqual([200, 'text/plain; charset=utf-8']);
    const outlined = text
      .split('\n')
      .flatMap((line) => /^(GET|POST) +\/<facility>\/(\S+)/.exec(line)?.slice(1, 3) ?? []);
    expect(outlined).toHaveLength(2 * 20);
    expect(outlined).toEqual(Object.entries(endpoints).flatMap(([name, { method }]) => [method, name]));
  });

  test('at no path of it is 404, by another method 405', async () => {
    for (const path of ['/demo', '/demo/', '/demo/none', '/demo/start-app/', '/demo/start-app/x', '/a/b/c'])
      expect((await src.call(`GET ${path}`)).status, path).toBe(404);
    for (const [name, { method }] of Object.entries(endpoints)) {
      expect((await src.call(`${method === 'GET' ? 'POST' : 'GET'} ${name}`)).status, name).toBe(405);
      expect((await src.call(`DELETE ${name}`)).status, name).toBe(405);
    }
  });

  test('in the wrong mode is refused before anything else, also of an unknown facility', async () => {
    for (const [name, { method }] of of('swarm')) {
      const refusal = `400 ${name} endpoint incompatible with solo mode`;
      expect(await src.tell(`${method} ${name}`)).toBe(refusal);
      expect(await src.tell(`${method} /nowhere/${name}`)).toBe(refusal);
    }
    src.api.engine.controls.setSwarm(true);
    await expect.poll(() => src.tell('POST start-app')).toBe('400 start-app endpoint incompatible with swarm mode');
    for (const [name, { method }] of of('solo'))
      expect(await src.tell(`${method} /nowhere/${name}?name=x`)).toBe(
        `400 ${name} endpoint incompatible with swarm mode`,
      );
    for (const [name, { method }] of [...of('both'), ...of('swarm')])
      expect(await src.tell(`${method} /nowhere/${name}`)).toBe('400 Invalid facility ID');
  });

  test('of an unknown facility is refused; the engine answers to its own name too', async () => {
    for (const facility of ['iaminvalid', 'DEMO', '..%2f..', '__proto__', '%3Cb%3E'])
      expect(await src.tell(`POST /${facility}/start-app`)).toBe('400 Invalid facility ID');
    expect(await src.tell('GET /local/get-app-names')).toBe('200 []');
    expect(await src.tell('GET /demo/get-app-names')).toBe('200 []');
  });

  test('while the engine is down is told so, after the facility and before the name', async () => {
    src.api.engine.controls.setReachable(false);
    for (const [name, { method }] of [...of('solo'), ...of('both')]) {
      expect(await src.tell(`${method} ${name}`), name).toBe('500 Docker daemon not responding');
      expect(await src.tell(`${method} /none/${name}`), name).toBe('400 Invalid facility ID');
    }
    src.api.engine.controls.setReachable(true);
    await expect.poll(() => src.tell('GET get-app-names'), { timeout: 10_000 }).toBe('200 []');
  });

  test('about an app needs a name, and that of one there is', async () => {
    const named = Object.entries(endpoints).filter(([, { parameters }]) => parameters.startsWith('name'));
    expect(named).toHaveLength(10);
    const known = named.filter(([, { mode }]) => mode !== 'swarm');
    for (const [name, { method }] of known) {
      expect(await src.tell(`${method} ${name}`)).toBe('400 No container name provided');
      expect(await src.tell(`${method} ${name}?name=iaminvalid`)).toBe('400 Unable to find app "iaminvalid"');
    }
    for (const name of ['get-app-status', 'get-app-stats'])
      expect(await src.tell(`GET ${name}?name=iaminvalid`)).toBe('400 Unable to find app "iaminvalid"');
  });

  test('may have a body of any kind, which means nothing', async () => {
    await src.create('ada');
    const headers = { 'content-type': 'application/json' };
    const answer = await src.server.inject({
      method: 'POST',
      url: '/demo/start-app?name=httpd--ada&name=other',
      headers,
      payload: '{"name": "oth',
    });
    expect([answer.statusCode, answer.body]).toEqual([200, 'Success']);
  });
});

describe('what has no documented answer', () => {
  const odd = [
    '',
    ' ',
    '; rm -rf /',
    '$(reboot)',
    '`id`',
    '../../etc/passwd',
    'a\0b',
    '<script>alert(1)</script>',
    '-f',
    '--help',
    'ünï',
    '__proto__',
    'x'.repeat(3000),
    "' or 1=1 --",
    'a\nb',
  ];

  test.each(odd)('is refused whatever it is: %j', async (value) => {
    const text = encodeURIComponent(value);
    await src.create('ada');
    for (const line of [
      `POST start-app?name=${text}`,
      `POST delete-app?name=${text}`,
      `GET get-app-info?name=${text}`,
      `GET get-app-status?name=${text}`,
      `POST create-app?image=${text}&user=ada`,
      `POST create-app?image=httpd&user=${encodeURIComponent(`${value} `)}`,
      `POST request-image?image=${text}`,
      `GET get-uptime-summary?name=httpd--ada&duration=${text}`,
    ]) {
      const { status, type } = await src.call(line);
      expect(status, line).toBe(400);
      expect(type).toMatch(/^text\/plain/);
    }
    expect(await src.tell('GET get-app-names')).toBe('200 ["httpd--ada"]');
  });

  test('filters nothing out but what does not fit', async () => {
    await src.create('ada');
    expect(await src.tell('GET get-app-names?user=__proto__')).toBe('200 []');
  });
});

describe('a caller', () => {
  const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  test('shows a token of Berth’s unless it is open, and has then what is theirs', async () => {
    const by = src.serve({ open: false });
    expect((await src.call('GET get-app-names', { by })).status).toBe(401);
    expect((await src.call('GET get-app-names', { by, ...as('berth_none') })).status).toBe(401);
    expect((await src.call('GET /', { by })).status).toBe(200);
    await src.create('ada');
    const ada = await src.api.tokenFor('ada');
    const bob = await src.api.tokenFor('bob');
    expect((await src.call('GET get-app-names', { by, ...as(ada) })).body).toEqual(['httpd--ada']);
    expect((await src.call('GET get-app-names', { by, ...as(bob) })).body).toEqual([]);
    expect((await src.call('POST start-app?name=httpd--ada', { by, ...as(bob) })).text).toBe(
      'Unable to find app "httpd--ada"',
    );
    expect((await src.call('POST create-app?image=httpd&user=ada', { by, ...as(bob) })).status).toBeGreaterThanOrEqual(
      400,
    );
    expect((await src.call('POST create-app?image=httpd&user=bob', { by, ...as(bob) })).text).toBe('Success');
    expect((await src.call('POST create-app?image=httpd&user=new', { by, ...as(bob) })).status).toBe(403);
    expect(src.api.world.ledger.books.users.has('new')).toBe(false);
  });

  test('or the token of the settings', async () => {
    const by = src.serve({ open: false, token: { reveal: () => 'key' } });
    expect((await src.call('GET get-app-names', { by, ...as('other') })).status).toBe(401);
    expect((await src.call('GET get-app-names', { by, ...as(src.api.token) })).status).toBe(401);
    expect((await src.call('GET get-app-names', { by, ...as('key') })).status).toBe(200);
  });
});
