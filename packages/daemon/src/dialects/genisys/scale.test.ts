import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../../http/test-api.contract.ts';
import { openTestGenisys, type TestGenisys } from './test-genisys.contract.ts';

let genisys: TestGenisys;
beforeEach(async () => {
  genisys = await openTestGenisys();
  await genisys.call('POST /service', { name: 'web', image: 'example/app:1' });
});
afterEach(() => genisys.close());

const scale = (number: unknown, by = genisys) => by.call('POST /service/web/scale', { number });
const running = async (): Promise<number> => (await genisys.call('GET /service/web/status')).body.running_resources;
const containers = () => genisys.api.engine.containers.list([]);

describe('a scale', () => {
  test('is answered once so many run, and leaves nothing of those that are too many', async () => {
    expect(await scale(20)).toMatchObject({ status: 200, text: '' });
    expect(await running()).toBe(20);
    expect((await scale('3')).status).toBe(200);
    expect([await running(), (await containers()).length]).toEqual([3, 3]);
    expect((await scale(0)).status).toBe(200);
    expect([await running(), (await containers()).length]).toEqual([0, 0]);
  });

  test('is held: what ends is started again', async () => {
    await scale(2);
    const [first] = await containers();
    const { id = '', startedAt = null } = first ?? {};
    genisys.api.engine.controls.crash(id, 1);
    await until(async () => ((await genisys.api.engine.containers.inspect(id)).startedAt ?? 0) > (startedAt ?? 0));
    await until(async () => (await running()) === 2);
    expect(await containers()).toHaveLength(2);
  });

  test('starts what was stopped or paused in another way', async () => {
    await scale(1);
    for (const verb of ['stop', 'pause']) {
      await genisys.api.call(`POST /v1/apps/web/actions/${verb}?wait=5s`);
      expect(await running(), verb).toBe(0);
      expect((await scale(1)).status, verb).toBe(200);
      expect(await running(), verb).toBe(1);
    }
  });

  test('that a newer one takes the place of is answered when the newer number is there', async () => {
    const answers = await Promise.all([scale(5), scale(9), scale(2), scale(2)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect([await running(), (await containers()).length]).toEqual([2, 2]);
  });

  test('waits for a definition that is being taken', async () => {
    const second = await genisys.api.engine.images.inspect('example/app:2');
    await scale(1);
    const [put, scaled] = await Promise.all([genisys.call('PUT /service/web', { image: 'example/app:2' }), scale(3)]);
    expect([put.status, scaled.status]).toEqual([200, 200]);
    await until(async () => (await running()) === 3);
    await until(async () => (await containers()).every(({ image }) => image === second.id));
    expect(await containers()).toHaveLength(3);
  });

  test('counts what is labelled, not what has the same image', async () => {
    await scale(1);
    const [own] = await containers();
    const foreign = await genisys.api.engine.containers.create({
      name: 'not-ours',
      image: 'example/app:1',
      labels: own?.labels ?? {},
      env: {},
      stopGraceSeconds: 1,
      ports: [],
      volumes: [],
      tmpfs: [],
      limits: { pids: 10 },
      readOnlyRoot: false,
      noNewPrivileges: true,
      log: { maxSizeBytes: 1, maxFiles: 1 },
    });
    await genisys.api.engine.containers.start(foreign);
    expect(await running()).toBe(1);
    expect((await scale(0)).status).toBe(200);
    expect((await containers()).map(({ id }) => id)).toEqual([foreign]);
  });

  test.each([
    [undefined, 'Missing parameter.'],
    [null, 'Invalid value for number parameter.'],
    [-1, 'Invalid value for number parameter.'],
    ['-1', 'Invalid value for number parameter.'],
    [1.5, 'Invalid value for number parameter.'],
    ['1.5', 'Invalid value for number parameter.'],
    ['', 'Invalid value for number parameter.'],
    ['three', 'Invalid value for number parameter.'],
    ['0x3', 'Invalid value for number parameter.'],
    [true, 'Invalid value for number parameter.'],
    [[3], 'Invalid value for number parameter.'],
    [1e300, 'Invalid value for number parameter.'],
    [201, 'Invalid value for number parameter. It can be 200 at most.'],
  ])('to %j is refused and changes nothing', async (number, detail) => {
    const answer = await genisys.call('POST /service/web/scale', { number, other: 1 });
    expect(answer).toMatchObject({ status: 400, body: { detail } });
    expect(await containers()).toEqual([]);
  });

  test('of a fixed host port goes to one', async () => {
    await genisys.call('PUT /service/web', { image: 'example/app:1', ports: ['8080:80'] });
    const answer = await scale(2);
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.body.detail).toContain('8080/tcp');
    expect((await scale(1)).status).toBe(200);
  });
});

describe('a number that is not reached', () => {
  test('is told with the reason when the program keeps ending, and no dead containers pile up', async () => {
    await genisys.call('PUT /service/web', { image: 'example/app:1', command: 'sh -c "echo broken; exit 3"' });
    const answer = await scale(2);
    expect(answer).toMatchObject({ status: 500, body: { code: 'scale-failed' } });
    expect(answer.body.detail).toMatch(/ended \d+ times in a row, exit code 3/);
    expect(answer.body.logTail).toContain('broken');
    expect((await containers()).length).toBeLessThanOrEqual(2);
    expect((await scale(0)).status).toBe(200);
    expect(await containers()).toEqual([]);
  });

  test('is told after the deadline, while it is tried further', async () => {
    const hasty = genisys.beside({ scaleSeconds: 1 });
    genisys.api.engine.controls.slow(800);
    const answer = await scale(1, hasty);
    expect(answer).toMatchObject({ status: 500, body: { code: 'scale-failed', retryable: true } });
    expect(answer.body.detail).toMatch(/^It takes too long; it is tried further\. ./);
    genisys.api.engine.controls.slow(0);
    await until(async () => (await running()) === 1);
  });

  test('because the app was stopped meanwhile is told as that', async () => {
    await genisys.call('PUT /service/web', { image: 'example/app:1', command: 'sh -c "exit 1"' });
    const scaling = scale(1);
    await until(async () => (await containers()).length === 1);
    await genisys.api.call('POST /v1/apps/web/actions/stop?wait=5s');
    expect(await scaling).toMatchObject({ status: 409, body: { code: 'operation-superseded' } });
  });

  test('because the engine is away is told at once', async () => {
    genisys.api.world.fleet.putEngine('local', {
      connected: false,
      reason: 'It is away.',
      description: null,
      observedAt: null,
    });
    expect(await scale(1)).toMatchObject({ status: 503, body: { code: 'engine-unreachable' } });
    expect((await genisys.call('GET /service/web/status')).status).toBe(200);
  });
});
