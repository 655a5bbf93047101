import { Problem } from '@berth/spec/problem';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestApi, type TestApi, until } from '../test-api.contract.ts';

let api: TestApi;
beforeEach(async () => {
  api = await openTestApi();
});
afterEach(() => api.close());

interface Told {
  readonly id: string;
  readonly owner: string;
}

const put = (name: string, template: object = {}) =>
  api.call(`PUT /v1/templates/${name}`, { body: { spec: { image: 'example/app:1' }, ...template } });
const spawn = (template: string, more: object = {}, token = api.token) =>
  api.call('POST /v1/spawns', { body: { template, ...more }, token });
const list = async (query = '') => (await api.call(`GET /v1/spawns${query}`)).body['items'] as Told[];
const times = (count: number, act: () => ReturnType<typeof spawn>) =>
  Promise.all(Array.from({ length: count }, () => act()));
const statuses = (answers: readonly { status: number }[]) =>
  answers.map(({ status }) => status).toSorted((one, other) => one - other);

describe('templates', () => {
  test('are kept, changed, listed and forgotten', async () => {
    expect((await put('lab', { max: 3 })).status).toBe(201);
    expect(await put('lab', { max: 4 })).toMatchObject({ status: 200, body: { max: 4, source: 'api', spawns: 0 } });
    expect((await api.call('GET /v1/templates')).body).toMatchObject({ items: [{ name: 'lab', max: 4 }] });
    expect((await api.call('DELETE /v1/templates/lab')).status).toBe(204);
    expect((await api.call('DELETE /v1/templates/lab')).body).toMatchObject({ code: 'template-not-found' });
  });

  test('are an administrator’s to put; others see what they need to spawn', async () => {
    await put('lab', { parameters: { size: { default: 's' } } });
    const token = await api.tokenFor('ada');
    expect((await api.call('GET /v1/templates/lab', { token })).body).toMatchObject({
      spec: null,
      parameters: { size: { default: 's' } },
    });
    for (const line of ['PUT /v1/templates/lab', 'DELETE /v1/templates/lab'])
      expect((await api.call(line, { token, body: line.startsWith('PUT') ? { spec: {} } : undefined })).status).toBe(
        403,
      );
  });

  test('that would never make an app are refused', async () => {
    const answer = await put('lab', { spec: { image: 'example/app:1', env: { A: '{{nobody}}' } } });
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation-failed', errors: [{ field: 'spec' }] } });
  });
});

describe('a spawn', () => {
  test('is an app at a name that nobody can guess, and answers when it takes connections', async () => {
    await put('lab', {
      spec: { image: 'example/app:1', env: { WHO: '{{user}}', ID: '{{id}}', N: '{{n}}' } },
      parameters: { n: {} },
    });
    const { status, body } = await spawn('lab', { user: 'ada', parameters: { n: '5' } });
    expect(status).toBe(201);
    const { id } = body as unknown as Told;
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(body).toMatchObject({
      template: 'lab',
      owner: 'ada',
      user: 'ada',
      url: `http://${id}.localhost:8080`,
      state: 'running',
    });
    expect((await api.call(`GET /v1/apps/${id}`)).body).toMatchObject({
      spec: { env: { WHO: 'ada', ID: id, N: '5' } },
    });
    expect(await list('?template=lab&user=ada')).toMatchObject([{ id }]);
    expect(await list('?user=bob')).toEqual([]);
    expect((await api.call(`DELETE /v1/spawns/${id}?wait=5s`)).status).toBe(200);
    expect((await api.call(`GET /v1/spawns/${id}`)).body).toMatchObject({ code: 'spawn-not-found' });
  });

  test('is made for somebody else by administrators only, and seen by its owner', async () => {
    await put('lab');
    const [ada, bob] = await Promise.all([api.tokenFor('ada'), api.tokenFor('bob')]);
    expect((await spawn('lab', { user: 'ada' }, bob)).status).toBe(403);
    const { body } = await spawn('lab', {}, ada);
    expect(body).toMatchObject({ owner: 'ada' });
    const line = `/v1/spawns/${String(body['id'])}`;
    expect((await api.call(`GET ${line}`, { token: bob })).status).toBe(404);
    expect((await api.call(`DELETE ${line}`, { token: bob })).status).toBe(404);
    expect((await api.call('GET /v1/spawns', { token: bob })).body).toMatchObject({ items: [] });
    expect((await api.call(`GET ${line}`, { token: ada })).status).toBe(200);
  });

  test('has its room before anything begins: six at once fit into six, and three of them into three', async () => {
    await put('six', { max: 6 });
    await put('three', { max: 3 });
    const [six, three] = await Promise.all([times(6, () => spawn('six')), times(6, () => spawn('three'))]);
    expect(statuses(six)).toEqual([201, 201, 201, 201, 201, 201]);
    expect(statuses(three)).toEqual([201, 201, 201, 409, 409, 409]);
    expect(three.find(({ status }) => status === 409)?.body).toMatchObject({
      code: 'no-room',
      retryable: true,
    });
    const [first] = await list('?template=three');
    await api.call(`DELETE /v1/spawns/${first?.id}?wait=5s`);
    expect((await spawn('three')).status).toBe(201);
  });

  test('is counted for each user', async () => {
    await put('lab', { maxPerUser: 1 });
    expect(statuses(await times(3, () => spawn('lab', { user: 'ada' })))).toEqual([201, 409, 409]);
    expect((await spawn('lab', { user: 'bob' })).status).toBe(201);
  });

  test('of a user who has one is that one, or refused', async () => {
    await put('returned', { onePerUser: 'return', max: 2 });
    const answers = await times(4, () => spawn('returned', { user: 'ada' }));
    expect(statuses(answers)).toEqual([200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
    await put('refused', { onePerUser: 'refuse' });
    expect(statuses(await times(4, () => spawn('refused', { user: 'ada' })))).toEqual([201, 409, 409, 409]);
  });

  test('that does not come up says why, with the log, and leaves nothing', async () => {
    api.engine.controls.addImage({ reference: 'example/bad:1', exposedPorts: [80] });
    await put('bad', { spec: { image: 'example/bad:1', command: ['sh', '-c', 'echo no luck; exit 3'] }, max: 1 });
    for (let time = 0; time < 2; time += 1) {
      const { status, body } = await spawn('bad');
      expect({ status, code: body['code'] }).toEqual({ status: 422, code: 'deploy-failed' });
      expect(body['logTail']).toContain('no luck');
    }
    expect(api.world.ledger.books.apps.size).toBe(0);
    expect(await api.engine.containers.list([])).toEqual([]);
  });

  test('that does its work and ends is nobody’s server', async () => {
    await put('job', { spec: { image: 'example/app:1', command: ['sh', '-c', 'echo done'] } });
    expect((await spawn('job')).body).toMatchObject({ code: 'deploy-failed', logTail: ['done'] });
    expect(api.world.ledger.books.apps.size).toBe(0);
  });

  test('whose image is not to be had frees its room', async () => {
    await put('none', { spec: { image: 'example/none:1', pull: 'never' }, max: 1 });
    for (let time = 0; time < 2; time += 1)
      expect((await spawn('none')).body).toMatchObject({ code: 'image-not-found' });
    expect(api.world.ledger.books.apps.size).toBe(0);
  });

  test('that ended, or whose container somebody removed, gives its room to the next', async () => {
    await put('lab', { max: 2, spec: { image: 'example/app:1', life: { endedSeconds: 600 } } });
    const [ended, removed] = (await times(2, () => spawn('lab'))).map(({ body }) => String(body['id']));
    expect((await spawn('lab')).status).toBe(409);
    const instanceOf = (id: string | undefined) => {
      const app = api.world.ledger.books.appIds.get(id ?? '') ?? '';
      return api.world.fleet.instancesOf(app)[0];
    };
    api.engine.controls.crash(instanceOf(ended)?.id ?? '', 9);
    await api.engine.containers.remove(instanceOf(removed)?.id ?? '', { force: true });
    await until(() => instanceOf(ended)?.state === 'exited' && instanceOf(removed) === undefined);
    expect(statuses(await times(3, () => spawn('lab')))).toEqual([201, 201, 409]);
    expect(instanceOf(removed)).toBeUndefined();
  });

  test('waits for nobody who does not wait for it', async () => {
    await put('lab');
    const { status, body } = await api.call('POST /v1/spawns?wait=0', { body: { template: 'lab' } });
    expect(status).toBe(202);
    const id = String(body['id']);
    await until(async () => (await api.call(`GET /v1/spawns/${id}`)).body['state'] === 'running');
  });

  test('is refused with an engine that is away, and nothing is half made', async () => {
    await put('lab');
    api.engine.controls.setReachable(false);
    await until(() => !api.world.fleet.engine('local').connected);
    expect((await spawn('lab')).body).toMatchObject({ code: 'engine-unreachable' });
    expect(api.world.ledger.books.apps.size).toBe(0);
  });

  test('of no template, with odd parameters, or for odd users is refused', async () => {
    await put('lab', { parameters: { size: { choices: { a: '1' } } } });
    expect((await spawn('none')).body).toMatchObject({ code: 'template-not-found' });
    for (const more of [{}, { parameters: { size: 'b' } }, { parameters: { size: 'a', x: 'y' } }, { user: 'A b' }])
      expect((await spawn('lab', more)).status, JSON.stringify(more)).toBe(422);
    api.engine.controls.failNext('containers.create', new Problem('engine-disk-full', 'no space left on device'));
    expect((await spawn('lab', { parameters: { size: 'a' } })).body).toMatchObject({ code: 'engine-disk-full' });
    expect(api.world.ledger.books.apps.size).toBe(0);
  });
});
