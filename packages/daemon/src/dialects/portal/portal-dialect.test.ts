import { fastify, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDialectServer, dialectScope } from '../../http/dialect-server.ts';
import { openTestApi, type TestApi, until } from '../../http/test-api.contract.ts';
import { releasesOf } from '../../core/books.ts';
import { appOf } from '../../use-cases/test-app.contract.ts';
import type { PortalSettings } from './hand.ts';
import { createPortalDialect } from './portal-dialect.ts';

let api: TestApi;
let site: FastifyInstance;
const servers: FastifyInstance[] = [];
beforeEach(async () => {
  api = await openTestApi();
  site = serve();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((one) => one.close()));
  await api.close();
});

const usual: PortalSettings = {
  open: true,
  owner: 'portal',
  path: '/docker',
  logs: true,
  history: 100,
  dropCookies: ['sessionid'],
  memReservationMb: 15,
  startSeconds: 60,
  adopt: false,
  waiting: { title: 'Please wait', giveUpSeconds: 60 },
};

function serve(settings: Partial<PortalSettings> = {}): FastifyInstance {
  const parts = { settings: { ...usual, ...settings }, context: api.world, dataFolder: '/none', log: () => undefined };
  const options = { logger: pino({ enabled: false }), readiness: () => ({ ready: true, reason: null }) };
  const server = createDialectServer(createPortalDialect(parts), { context: api.world, options });
  servers.push(server);
  return server;
}

const image = { image_name: 'example/app:1' };

function launch(params: object, by = site) {
  return by.inject({ method: 'POST', url: '/launch/', payload: { ...image, ...params } });
}

function specOf(name: string) {
  const app = appOf(api.world, name);
  return releasesOf(api.world.ledger.books, app.id).get(app.lastRelease)?.spec;
}

describe('a launch', () => {
  test('is an app of the portal’s, with what the original sets', async () => {
    const answer = await launch({ container_name: 'one', mem_reservation_mb: 20, labels: { course: 7 } });
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json()).toEqual({ name: 'one', url: 'http://localhost:8080/docker/one/' });
    expect(appOf(api.world, 'one')).toMatchObject({
      owner: 'portal',
      route: { history: 100, waiting: { always: true } },
    });
    const base = 'io.github.refinery-project.django_docker_engine';
    expect(specOf('one')).toMatchObject({
      cpus: 0.5,
      ports: [{ containerPort: 80, served: true }],
      memoryReservationBytes: 20 * 1024 * 1024,
      labels: { course: '7', [base]: 'true', [`${base}.port`]: '80', [`${base}.mem_reservation_mb`]: '20' },
    });
  });

  test('gives its input as JSON or as where to find it', async () => {
    await launch({ container_name: 'json', input: { a: [1, '"'] } });
    await launch({ container_name: 'text', input: '{"a": 1}' });
    await launch({ container_name: 'url', input: 'https://data.example.org/x.json?y' });
    expect(specOf('json')?.env).toEqual({ INPUT_JSON: '{"a":[1,"\\""]}' });
    expect(specOf('text')?.env).toEqual({ INPUT_JSON: '{"a": 1}' });
    expect(specOf('url')?.env).toEqual({ INPUT_JSON_URL: 'https://data.example.org/x.json?y' });
    expect((await launch({ container_name: 'odd', input: 'neither' })).statusCode).toBe(400);
  });

  test('gets the files that were uploaded before, and never a path of the host', async () => {
    await site.inject({
      method: 'POST',
      url: '/upload/hello.txt',
      payload: 'old',
      headers: { 'content-type': 'text/plain' },
    });
    await site.inject({
      method: 'POST',
      url: '/upload/hello.txt',
      payload: 'new',
      headers: { 'content-type': 'text/plain' },
    });
    const files = { input_files: ['hello.txt'], input_mount: '/usr/share/nginx/html' };
    expect((await launch({ container_name: 'one', ...files })).statusCode).toBe(200);
    const [file] = specOf('one')?.files ?? [];
    expect(file).toMatchObject({ path: '/usr/share/nginx/html/hello.txt' });
    const newest = [...api.world.ledger.books.shelves.upload.values()].at(-1);
    expect(file?.upload).toBe(newest?.id);
    for (const input_files of [['/etc/passwd'], ['../x'], ['never.txt']]) {
      const answer = await launch({ container_name: 'two', ...files, input_files });
      expect(answer.statusCode).toBe(400);
    }
    expect((await launch({ container_name: 'two', input_files: ['hello.txt'] })).body).toBe(
      'input_files need an input_mount',
    );
  });

  test('gets fresh volumes for its directories, which have to be absolute', async () => {
    const answer = await launch({ container_name: 'one', extra_directories: ['/data/', 'x'] });
    expect([answer.statusCode, answer.body]).toEqual([400, '"x" is not absolute']);
    await launch({ container_name: 'one', extra_directories: ['/data/', '/more'] });
    expect(specOf('one')?.volumes.map(({ path }) => path)).toEqual(['/data', '/more']);
    const before = specOf('one')?.volumes[0]?.name;
    await site.inject({ method: 'POST', url: '/kill/one' });
    await until(() => api.world.ledger.books.appIds.get('one') === undefined);
    await launch({ container_name: 'one', extra_directories: ['/data'] });
    expect(specOf('one')?.volumes[0]?.name).not.toBe(before);
  });

  test('may come as a form', async () => {
    const form = new URLSearchParams({
      ...image,
      container_name: 'one',
      mem_reservation_mb: '30',
      labels: '{"a": "b"}',
      extra_directories: '/a, /b',
      input: '',
      cpus: '',
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
    const answer = await site.inject({ method: 'POST', url: '/launch/', payload: form.toString(), headers });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, 'http://localhost:8080/docker/one/']);
    expect(specOf('one')).toMatchObject({ memoryReservationBytes: 30 * 1024 * 1024, labels: { a: 'b' } });
    expect(specOf('one')?.volumes).toHaveLength(2);
  });

  test.each([
    [{}],
    [{ container_name: '../x' }],
    [{ container_name: 'x', cpus: -1 }],
    [{ container_name: 'x', container_port: 70_000 }],
    [{ container_name: 'x', labels: { 'berth.app': 'y' } }],
    [{ container_name: 'x', image_name: '$(id)' }],
    [{ container_name: 'x', mem_reservation_mb: 1e12 }],
    [{ container_name: 'x', unknown: 1 }],
    [{ container_name: 'x', extra_directories: ['/a/../../b'] }],
    [{ container_name: 'x', input: 'x'.repeat(50_000) }],
  ])('that says %j is refused, and makes nothing', async (params) => {
    const answer = await launch(params);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
    expect(api.world.ledger.books.apps.size).toBe(0);
  });

  test('of one name by many at once is one', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => launch({ container_name: 'one' })));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect(answers.filter(({ statusCode }) => statusCode === 409)).toHaveLength(7);
  });
});

describe('the site', () => {
  test('tells programs and browsers what runs, as text', async () => {
    await launch({ container_name: 'one', labels: { x: '<b>' } });
    const { containers } = (await site.inject('/')).json<{ containers: object[] }>();
    expect(containers).toMatchObject([{ name: 'one', image: 'example/app:1', mem_reservation_mb: 15 }]);
    const page = await site.inject({ url: '/', headers: { accept: 'text/html' } });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.body).toContain('http://localhost:8080/docker/one/');
  });

  test('kills what is its own, by its exact name, with its volumes', async () => {
    await api.deploy('foreign');
    await launch({ container_name: 'one' });
    for (const name of ['foreign', 'on', 'never', '%2e%2e'])
      expect((await site.inject({ method: 'POST', url: `/kill/${name}` })).statusCode, name).toBe(404);
    expect((await site.inject({ method: 'POST', url: '/kill/one' })).json()).toEqual({ success: true });
    await until(() => api.world.ledger.books.appIds.get('one') === undefined);
    expect(appOf(api.world, 'foreign').removing).toBeNull();
  });

  test('keeps uploads and gives them back, as bytes and never as a page', async () => {
    const payload = '<script>alert(1)</script>';
    const kept = await site.inject({
      method: 'POST',
      url: '/upload/x.html',
      payload,
      headers: { 'content-type': 'text/html' },
    });
    expect(kept.statusCode, kept.body).toBe(200);
    expect((await site.inject('/upload/')).json()).toEqual(['x.html']);
    const given = await site.inject('/upload/x.html');
    expect([given.body, given.headers['content-type']]).toEqual([payload, 'application/octet-stream']);
    expect(given.headers['content-disposition']).toBe('attachment');
    expect((await site.inject('/upload/never')).statusCode).toBe(404);
    const form = '--b\r\nContent-Disposition: form-data; name="f"; filename="y.txt"\r\n\r\nhello\r\n--b--\r\n';
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const many = await site.inject({ method: 'POST', url: '/upload/', payload: form, headers });
    expect(many.json()).toMatchObject([{ name: 'y.txt', sizeBytes: 5 }]);
    const page = await site.inject({ url: '/upload/', headers: { accept: 'text/html' } });
    expect(page.body).toContain('/upload/y.txt');
  });

  test.each(['application/json', 'application/x-www-form-urlencoded', 'application/octet-stream', 'text/x-odd'])(
    'takes a file that is said to be %s as it is',
    async (type) => {
      const payload = '{"a": 1}&b=c';
      const kept = await site.inject({ method: 'POST', url: '/upload/x', payload, headers: { 'content-type': type } });
      expect(kept.statusCode, kept.body).toBe(200);
      expect((await site.inject('/upload/x')).body).toBe(payload);
      expect((await site.inject({ method: 'POST', url: '/upload/empty' })).json()).toMatchObject({ sizeBytes: 0 });
    },
  );

  test.each([
    ['/launch/', 'text/plain', 'x', 415],
    ['/launch/', 'application/json', '[', 400],
    ['/launch/', 'application/json', 'null', 422],
    ['/launch/', 'application/json', '[]', 422],
    ['/launch/', 'multipart/form-data; boundary=x', 'x', 415],
    ['/upload/', 'application/json', '{}', 415],
    ['/upload/', 'multipart/form-data', 'x', 400],
    ['/upload/', 'multipart/form-data; boundary=b', '--b--\r\n', 400],
    ['/upload/..%2Fx', 'text/plain', 'x', 422],
    [`/upload/${'x'.repeat(300)}`, 'text/plain', 'x', 422],
  ])('answers %s of %s with a word', async (...[url, type, payload, status]) => {
    const answer = await site.inject({ method: 'POST', url, payload, headers: { 'content-type': type } });
    expect([answer.statusCode, answer.body]).toEqual([status, expect.stringMatching(/\w/)]);
  });

  test('keeps nothing of a form that is cut short', async () => {
    const payload = '--b\r\nContent-Disposition: form-data; name="f"; filename="y"\r\n\r\ncut';
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    expect((await site.inject({ method: 'POST', url: '/upload/', payload, headers })).statusCode).toBe(400);
    expect((await site.inject('/upload/')).json()).toEqual([]);
  });

  test('under a prefix leads on below it, and at the edge from the root', async () => {
    const below = fastify();
    servers.push(below);
    const parts = { settings: usual, context: api.world, dataFolder: '/none', log: () => undefined };
    const options = { logger: pino({ enabled: false }), readiness: () => ({ ready: true, reason: null }) };
    await below.register(dialectScope(createPortalDialect(parts), { context: api.world, options }), {
      prefix: '/docker',
    });
    const accept = 'text/html';
    expect((await below.inject({ url: '/docker/', headers: { accept } })).body).toContain('action="/docker/launch/"');
    const byEdge = { accept, 'x-forwarded-host': 'portal.example.org' };
    expect((await below.inject({ url: '/docker/', headers: byEdge })).body).toContain('action="/launch/"');
    await launch({ container_name: 'one' });
    const led = await below.inject('/docker/docker/one/docker/a?b');
    expect(led.headers.location).toBe('http://localhost:8080/docker/one/docker/a?b');
  });

  test('tells the last requests as the original does', async () => {
    await launch({ container_name: 'one' });
    await until(() => (api.edge.routes.find(({ host }) => host === 'one.localhost')?.targets.length ?? 0) > 0);
    api.edge.visit('one.localhost', '/a')?.end();
    const [[at, path] = []] = (await site.inject('/history/one')).json<[string, string][]>();
    expect([Number.isNaN(Date.parse(String(at))), path]).toEqual([false, '/a']);
    expect((await site.inject('/history/never')).statusCode).toBe(404);
    expect((await site.inject('/logs/one')).headers['content-type']).toBe('text/plain; charset=utf-8');
    expect((await site.inject('/logs/never')).statusCode).toBe(404);
  });

  test('changes nothing for a form of another site’s', async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const answer = await site.inject({
        method: 'POST',
        url: '/launch/',
        headers,
        payload: { ...image, container_name: 'x' },
      });
      expect(answer.statusCode).toBe(403);
    }
    const own = { host: 'portal.example.org', origin: 'https://portal.example.org' };
    const answer = await site.inject({
      method: 'POST',
      url: '/launch/',
      headers: own,
      payload: { ...image, container_name: 'x' },
    });
    expect(answer.statusCode, answer.body).toBe(200);
  });

  test('with a token is for those who show it', async () => {
    const closed = serve({ open: false, token: { reveal: () => 'secret' } });
    expect((await closed.inject('/')).statusCode).toBe(401);
    expect((await launch({ container_name: 'x' }, closed)).statusCode).toBe(401);
    for (const authorization of ['Bearer secret', `Basic ${Buffer.from('any:secret').toString('base64')}`])
      expect((await closed.inject({ url: '/', headers: { authorization } })).statusCode).toBe(200);
    for (const authorization of [
      'Bearer other',
      'Basic !',
      `Basic ${Buffer.from('secret').toString('base64')}x`,
      'Bearer',
    ])
      expect((await closed.inject({ url: '/', headers: { authorization } })).statusCode).toBe(401);
  });
});

describe('below the path of the containers', () => {
  test('what is not there is waited for', async () => {
    const page = await site.inject('/docker/never/a?b');
    expect([page.statusCode, page.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
    expect(page.body).toContain('There is no such container yet.');
    expect((await site.inject({ method: 'POST', url: '/docker/never/' })).statusCode).toBe(503);
    expect((await site.inject('/docker')).statusCode).toBe(503);
    expect((await site.inject('/docker/never/docker-logs')).statusCode).toBe(404);
  });

  test('who came past the edge is sent there, byte by byte', async () => {
    await launch({ container_name: 'one' });
    const { statusCode, headers } = await site.inject('/docker/one/a%2Fb//c?d=%2B');
    expect([statusCode, headers.location]).toEqual([307, 'http://localhost:8080/docker/one/a%2Fb//c?d=%2B']);
  });

  test('logs are text, where they are shown', async () => {
    await launch({ container_name: 'one' });
    const shown = await site.inject('/docker/one/docker-logs');
    expect([shown.statusCode, shown.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect((await serve({ logs: false }).inject('/docker/one/docker-logs')).statusCode).toBe(404);
  });
});
