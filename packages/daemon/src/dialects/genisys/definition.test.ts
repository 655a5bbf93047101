import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findApp, releasesOf } from '../../core/books.ts';
import { openTestGenisys, type TestGenisys } from './test-genisys.contract.ts';

let genisys: TestGenisys;
beforeEach(async () => {
  genisys = await openTestGenisys();
});
afterEach(() => genisys.close());

const image = 'example/app:1';
const define = (name: string, more: object = {}) => genisys.call('POST /service', { name, image, ...more });
const put = (name: string, more: object = {}) => genisys.call(`PUT /service/${name}`, { image, ...more });
const show = async (name: string) => (await genisys.call(`GET /service/${name}`)).body;
const bare = { command: null, environment: null, ports: null };

function specOf(app: string) {
  const { books } = genisys.api.world.ledger;
  const found = findApp(books, app);
  return found === undefined ? undefined : releasesOf(books, found.id).get(found.serving?.release ?? 0)?.spec;
}

describe('a definition', () => {
  test('is taken with an empty answer, and no container is made', async () => {
    expect(await define('helloworld')).toMatchObject({ status: 200, text: '' });
    expect((await genisys.call('GET /service')).body).toEqual({ helloworld: { name: 'helloworld', image, ...bare } });
    expect(await genisys.call('GET /service/helloworld/status')).toMatchObject({ body: { running_resources: 0 } });
    expect(await genisys.api.engine.containers.list([])).toEqual([]);
  });

  test('is shown as it was given, and is what its app is', async () => {
    const given = {
      command: 'sh -c "sleep 1"',
      environment: { A: 'value', N: 1.5, B: true, E: null },
      ports: ['8080', 9000, '53/udp', '8081:80'],
    };
    expect((await define('skynet_backend', given)).status).toBe(200);
    expect(await show('skynet_backend')).toEqual({ name: 'skynet_backend', image, ...given });
    expect(specOf('gs-skynet-0backend')).toMatchObject({
      command: ['sh', '-c', 'sleep 1'],
      env: { A: 'value', N: '1.5', B: 'true', E: '' },
      ports: [{ containerPort: 8080 }, { containerPort: 9000 }, { protocol: 'udp' }, { published: { hostPort: 8081 } }],
      publishExposed: true,
      labels: { 'genisys.name': 'skynet_backend' },
    });
    const app = await genisys.api.call('GET /v1/apps/gs-skynet-0backend');
    expect(app.body).toMatchObject({ owner: 'genisys', replicas: 0 });
  });

  test('takes the place of one of its name, and says nothing of what the new one leaves out', async () => {
    await define('web', { command: 'a b', environment: { A: 'x' }, ports: ['8080'] });
    expect((await define('web', { command: ['c', 'd e'] })).status).toBe(200);
    expect(await show('web')).toEqual({ name: 'web', image, ...bare, command: ['c', 'd e'] });
    expect(specOf('web')).toMatchObject({ env: {}, command: ['c', 'd e'] });
    expect((await put('web', { image: 'example/app:2', environment: {} })).status).toBe(200);
    expect(await show('web')).toEqual({ name: 'web', image: 'example/app:2', ...bare, environment: {} });
  });

  test('that is equal changes nothing', async () => {
    await define('web', { environment: { A: 'x' } });
    await define('web', { environment: { A: 'x' } });
    expect(findApp(genisys.api.world.ledger.books, 'web')?.lastRelease).toBe(1);
  });

  test('that is sent several times at once is there once', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => define('web', { environment: { A: 'x' } })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await show('web')).toMatchObject({ environment: { A: 'x' } });
  });

  test('is made by a PUT of a name that there is not', async () => {
    expect(await put('a%20name%2F..', { name: 'ignored' })).toMatchObject({ status: 200, text: '' });
    expect(await show('a%20name%2F..')).toEqual({ name: 'a name/..', image, ...bare });
  });

  test('of an app that was made otherwise tells what it is, but not what its owner keeps in its environment', async () => {
    await genisys.api.deploy('blog', {
      env: { TOKEN: 'secret' },
      command: ['serve', '-v'],
      ports: [{ containerPort: 80 }],
    });
    expect(await show('blog')).toEqual({
      name: 'blog',
      image,
      command: ['serve', '-v'],
      environment: null,
      ports: ['80'],
    });
  });

  test.each([
    '5',
    'null',
    '{}',
    '{"command":{"a":1}}',
    '{"ports":["x"],"name":"other"}',
    '{',
    '{"command":"rm -rf /"}',
  ])('is told as it is where an app’s label says something else: %s', async (text) => {
    await genisys.api.deploy('blog', { labels: { 'genisys.definition': text, 'genisys.name': 'other' } });
    expect((await genisys.call('GET /service')).body).toEqual({ blog: { name: 'blog', image, ...bare } });
  });

  test('leaves what an app has beyond it', async () => {
    await define('web');
    await genisys.api.call('PATCH /v1/apps/web?wait=5s', { body: { memoryBytes: 64 << 20, command: ['other'] } });
    expect(await show('web')).toMatchObject({ command: ['other'] });
    await put('web', { command: 'mine' });
    expect(specOf('web')).toMatchObject({ memoryBytes: 64 << 20, command: ['mine'] });
  });

  test('of another owner is scaled, but not changed', async () => {
    await genisys.api.deploy('blog', { env: { TOKEN: 'secret' } });
    expect((await genisys.call('POST /service/blog/scale', { number: 2 })).status).toBe(200);
    expect((await genisys.call('GET /service/blog/status')).body).toEqual({ running_resources: 2 });
    for (const line of ['PUT /service/blog', 'POST /service'])
      expect(await genisys.call(line, { name: 'blog', image: 'example/job:1' })).toMatchObject({
        status: 409,
        body: { code: 'name-taken' },
      });
    expect(await show('blog')).toMatchObject({ image });
  });

  test('of another owner is neither seen nor changed where only own ones are to be', async () => {
    await genisys.api.deploy('blog');
    const own = genisys.beside({ apps: 'own' });
    expect((await own.call('GET /service')).body).toEqual({});
    expect((await own.call('GET /service/blog')).status).toBe(501);
    expect((await own.call('POST /service/blog/scale', { number: 3 })).status).toBe(501);
    expect(await own.call('PUT /service/blog', { image })).toMatchObject({ status: 409, body: { code: 'name-taken' } });
  });
});

describe('a definition is refused', () => {
  const none = 'No data received';
  test.each([
    ['POST /service', undefined, none],
    ['POST /service', {}, none],
    ['POST /service', [], none],
    ['POST /service', null, none],
    ['POST /service', { name: 'x' }, 'Missing parameters.'],
    ['POST /service', { image: 'example/app:1' }, 'Missing parameters.'],
    ['POST /service', { name: 'x', image: null }, 'Missing parameters.'],
    ['POST /service', [1], 'Missing parameters.'],
    ['POST /service', 'text', 'Missing parameters.'],
    ['PUT /service/x', undefined, none],
    ['PUT /service/x', {}, none],
    ['PUT /service/x', { command: 'a' }, 'Missing parameter.'],
  ])('%s %j: %s', async (line, body, detail) => {
    const answer = await genisys.call(line, body);
    expect(answer).toMatchObject({ status: 400, body: { status: 400, detail } });
    expect((await genisys.call('GET /service')).body).toEqual({});
  });

  test.each<[string, object]>([
    ['name', { name: 5 }],
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(500) }],
    ['image', { image: 7 }],
    ['image', { image: 'Not An Image' }],
    ['image', { image: '../../etc:1' }],
    ['command', { command: 5 }],
    ['command', { command: ['a', 1] }],
    ['command', { command: "a 'b" }],
    ['command', { command: 'a\0b' }],
    ['environment', { environment: ['A=B'] }],
    ['environment', { environment: 'A=B' }],
    ['environment.A', { environment: { A: { b: 1 } } }],
    ['env', { environment: { 'A B': '1' } }],
    ['ports', { ports: '8080' }],
    ['ports[1]', { ports: ['80', 'http'] }],
    ['ports', { ports: ['8080:80', '8081:80'] }],
    ['ports', { ports: ['8080:80', '8080:81'] }],
  ])('for its %s: %j', async (field, more) => {
    const answer = await genisys.call('POST /service', { name: 'web', image, ...more });
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed-request' } });
    expect(answer.body.detail).toContain(field);
    expect((await genisys.call('GET /service')).body).toEqual({});
  });

  test('when it is no JSON, or no JSON is said to be sent', async () => {
    expect((await genisys.send('POST /service', '{', 'application/json')).status).toBe(400);
    expect((await genisys.send('POST /service', '{"name":"x","image":"y"}', 'text/plain')).status).toBe(415);
    expect((await genisys.send('POST /service', `{"name":"${'x'.repeat(2 << 20)}"}`, 'application/json')).status).toBe(
      413,
    );
  });

  test('for an image that nobody has, and nothing of it stays', async () => {
    const answer = await define('web', { image: 'example/none:1' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body.detail).toContain('example/none:1');
    expect((await genisys.call('GET /service/web')).status).toBe(501);
    expect(findApp(genisys.api.world.ledger.books, 'web')).toBeUndefined();
  });

  test('and what was there stays as it was', async () => {
    await define('web', { command: 'sleep 60' });
    expect((await put('web', { image: 'example/none:1' })).status).toBeGreaterThanOrEqual(400);
    expect((await put('web', { ports: ['x'] })).status).toBe(400);
    expect(await show('web')).toEqual({ name: 'web', image, ...bare, command: 'sleep 60' });
    expect((await genisys.call('POST /service/web/scale', { number: 1 })).status).toBe(200);
  });

  test('for a host port that is another service’s', async () => {
    await define('web', { ports: ['8080:80'] });
    expect(await define('other', { ports: ['8080:80'] })).toMatchObject({ status: 409, body: { code: 'port-taken' } });
    expect((await genisys.call('GET /service/other')).status).toBe(501);
  });
});

test('what is not there is told by its name', async () => {
  for (const line of ['GET /service/ghost', 'GET /service/ghost/status'])
    expect(await genisys.call(line)).toMatchObject({ status: 501, body: { detail: 'Undefined service: ghost.' } });
  expect(await genisys.call('POST /service/ghost/scale', { number: 1 })).toMatchObject({ status: 501 });
  expect((await genisys.call('DELETE /service/ghost')).status).toBe(404);
  expect((await genisys.call('GET /')).body).toHaveProperty(['POST /service/<name>/scale']);
});
