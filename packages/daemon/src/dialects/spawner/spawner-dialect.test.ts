import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../../http/test-api.contract.ts';
import { openTestSpawner, type TestSpawner } from './test-spawner.contract.ts';

let spawner: TestSpawner;
afterEach(() => spawner.close());

const open = async (settings: object = {}) => void (spawner = await openTestSpawner(settings));
const spawn = (user: string, container = '1') => spawner.post('/spawn', { container_id: container, user_id: user });
const find = (query: string) => spawner.send({ method: 'GET', url: `/get_container_hex${query}` });
const told = (status: number, text: string) => ({ status, text, type: 'text/plain; charset=utf-8' });
const hex = /^[0-9a-f]{32}$/;

describe('spawn', () => {
  test('answers with the id of what accepts connections, which is found and stopped by it', async () => {
    await open();
    const { status, type, text } = await spawn('7');
    expect({ status, type }).toEqual({ status: 200, type: 'text/plain; charset=utf-8' });
    expect(text).toMatch(hex);
    expect(spawner.api.edge.visit(`${text}.localhost`)?.app).toBe(text);
    expect((await spawner.api.call(`GET /v1/apps/${text}`)).body).toMatchObject({ owner: '7', state: 'running' });
    expect(await find('?user_id=7')).toEqual(told(200, `${text}:1`));
    expect(await spawner.post('/stop', { container_hex: text })).toEqual(told(200, 'successfully removed docker'));
    expect(await spawner.api.engine.containers.list([])).toEqual([]);
    expect(await find('?user_id=7')).toEqual(told(404, 'Container not found for user'));
    const again = told(400, `Error: docker container '${text}' does not exist!`);
    expect(await spawner.post('/stop', { container_hex: text })).toEqual(again);
  });

  test('asks for what is missing in the order of the original', async () => {
    await open({ maxContainers: 0 });
    const required = (field: string) => told(400, `Bad request: field '${field}' is required`);
    expect(await spawner.post('/spawn', {})).toEqual(required('container_id'));
    expect(await spawner.post('/spawn', { container_id: '', user_id: '7' })).toEqual(required('container_id'));
    const unknown = "Error: docker image for id '<b>9' does not exist!";
    expect(await spawner.post('/spawn', { container_id: '<b>9' })).toEqual(told(400, unknown));
    expect(await spawner.post('/spawn', { container_id: '1' })).toEqual(required('user_id'));
    expect(await spawner.post('/spawn', { container_id: '1', user_id: '' })).toEqual(required('user_id'));
    expect(await spawn('7')).toEqual(told(409, 'Error: max available containers reached!'));
    expect(await spawner.post('/stop', {})).toEqual(required('container_hex'));
    expect(await find('')).toEqual(required('user_id'));
    expect(await find('?user_id=')).toEqual(required('user_id'));
  });

  test('of six at once fits as many as there is room for', async () => {
    await open({ maxContainers: 3 });
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((user) => spawn(String(user))));
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(3);
    expect(answers.filter(({ text }) => text === 'Error: max available containers reached!')).toHaveLength(3);
  });

  test('gives a user the one that is there, or refuses a second one', async () => {
    await open();
    const answers = await Promise.all([spawn('7'), spawn('7', 'two'), spawn('7')]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await spawn('8')).toMatchObject({ status: 200 });
    await spawner.close();
    await open({ secondSpawn: 'refuse' });
    expect(await spawn('7')).toMatchObject({ status: 200 });
    expect(await spawn('7')).toEqual(told(409, 'Error: max available containers reached!'));
  });

  test('that fails begins with the original’s words, says what the container wrote, and leaves nothing', async () => {
    await open({ maxContainers: 1 });
    for (const container of ['bad', 'gone']) {
      const { status, text } = await spawn('7', container);
      expect(status).toBe(500);
      expect(text.split('\n')[0]).toBe('Error starting docker');
      expect(text).toContain(container === 'bad' ? 'no luck' : 'example/none:1');
    }
    expect(spawner.api.world.ledger.books.apps.size).toBe(0);
    expect(await spawn('7')).toMatchObject({ status: 200 });
  });

  test('without users needs none, and finds none', async () => {
    await open({ withUsers: false });
    const answers = await Promise.all([1, 2].map(() => spawner.post('/spawn', { container_id: '1' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await find('?user_id=7')).toEqual(told(404, 'WITH_USERS is disabled!'));
  });

  test('takes users of any name for what they are, and none for an administrator', async () => {
    await open({ maxContainers: 9 });
    for (const user of ['Ada Lovelace', '../../etc', "'; drop", 'admin', '__proto__', 'ß', '-x', 'a'.repeat(200)]) {
      const { status, text } = await spawn(user);
      expect({ user, status }).toEqual({ user, status: 200 });
      expect(await find(`?user_id=${encodeURIComponent(user)}`)).toEqual(told(200, `${text}:1`));
      const { body } = await spawner.api.call(`GET /v1/apps/${text}`);
      expect(body['owner']).toMatch(/^user-[0-9a-f]{20}$/);
      await spawner.post('/stop', { container_hex: text });
    }
    for (const user of ['a'.repeat(300), 'a\u0000b', 'a\nb'])
      expect((await spawn(user)).status, JSON.stringify(user)).toBe(400);
  });

  test('leads there at a domain of its own too', async () => {
    await open({ domain: 'spawn.example.org' });
    const { status, text } = await spawn('7');
    expect(status).toBe(200);
    expect(spawner.api.edge.visit(`${text}.spawn.example.org`)?.app).toBe(text);
  });

  test('and stop say why where the engine is away, and nothing is half made', async () => {
    await open();
    const { text: id } = await spawn('7');
    spawner.api.engine.controls.setReachable(false);
    await until(() => !spawner.api.world.fleet.engine('local').connected);
    const words = [await spawn('8'), await spawner.post('/stop', { container_hex: id })].map(({ status, text }) => [
      status,
      text.split('\n')[0],
    ]);
    expect(words).toEqual([
      [500, 'Error starting docker'],
      [500, 'Error stopping docker'],
    ]);
    spawner.api.engine.controls.setReachable(true);
    await until(() => spawner.api.world.fleet.engine('local').connected);
    expect([...spawner.api.world.ledger.books.apps.values()].map(({ name }) => name)).toEqual([id]);
  });

  test('stops once what many ask to stop', async () => {
    await open();
    const { text: id } = await spawn('7');
    const answers = await Promise.all([1, 2, 3, 4].map(() => spawner.post('/stop', { container_hex: id })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ text }) => text.endsWith('does not exist!'))).toHaveLength(3);
  });

  test('has nothing to do with apps that it did not start', async () => {
    await open();
    await spawner.api.deploy('shop');
    expect(await spawner.post('/stop', { container_hex: 'shop' })).toMatchObject({ status: 400 });
    expect((await spawner.api.call('GET /v1/apps/shop')).body).toMatchObject({ state: 'running' });
  });

  test('can be refused to those without a token', async () => {
    await open({ token: 'secret' });
    expect((await spawn('7')).status).toBe(401);
    const headers = { authorization: 'Bearer secret' };
    expect(await spawner.send({ method: 'GET', url: '/get_container_hex?user_id=7', headers })).toMatchObject({
      status: 404,
    });
  });
});

describe('a form', () => {
  const multipart = (...parts: string[]) => ({
    headers: { 'content-type': 'multipart/form-data; boundary=X' },
    payload: [...parts.map((part) => `--X\r\ncontent-disposition: form-data; ${part}\r\n`), '--X--\r\n'].join(''),
  });
  const field = (name: string, value: string) => `name="${name}"\r\n\r\n${value}`;

  test('may come in parts, and in the body of a GET', async () => {
    await open();
    const parts = multipart(field('container_id', '1'), field('user_id', '7'));
    const { status, text } = await spawner.send({ method: 'POST', url: '/spawn', ...parts });
    expect({ status, text }).toEqual({ status: 200, text: expect.stringMatching(hex) as string });
    const get = { method: 'GET', url: '/get_container_hex' } as const;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await spawner.send({ ...get, headers, payload: 'user_id=7' })).toEqual(told(200, `${text}:1`));
  });

  test.each([
    ['nothing', {}],
    ['JSON', { headers: { 'content-type': 'application/json' }, payload: '{"container_id":"1","user_id":"7"}' }],
    ['text', { headers: { 'content-type': 'text/plain' }, payload: 'container_id=1' }],
    ['a file', multipart(`name="container_id"; filename="x"\r\n\r\n1`)],
    [
      'other fields',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: '__proto__=1&a[]=2' },
    ],
  ])('that is %s has no fields', async (_, request) => {
    await open();
    const answer = await spawner.send({ method: 'POST', url: '/spawn', ...request });
    expect(answer).toEqual(told(400, "Bad request: field 'container_id' is required"));
  });

  test.each([
    ['broken', { headers: { 'content-type': 'multipart/form-data; boundary=X' }, payload: '--X' }, 400],
    ['without a boundary', { headers: { 'content-type': 'multipart/form-data' }, payload: 'x' }, 400],
    [
      'too large',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: `a=${'x'.repeat(70_000)}` },
      413,
    ],
  ])('that is %s is refused', async (_, request, status) => {
    await open();
    expect((await spawner.send({ method: 'POST', url: '/spawn', ...request })).status).toBe(status);
    expect((await find('?user_id=7')).status).toBe(404);
  });

  test('in the body of a GET is bounded as well', async () => {
    await open();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const payload = `user_id=${'x'.repeat(70_000)}`;
    const answer = await spawner.send({ method: 'GET', url: '/get_container_hex', headers, payload });
    expect(answer.status).toBe(413);
  });

  test('counts the first of several fields of one name', async () => {
    await open();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const payload = 'container_id=9&container_id=1&user_id=7';
    expect((await spawner.send({ method: 'POST', url: '/spawn', headers, payload })).text).toContain("'9'");
  });
});
