import { Problem } from '@berth/spec/problem';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../../http/test-api.contract.ts';
import { openTestSrc, type TestSrc } from './test-src.contract.ts';

const app = 'httpd--ada';

let src: TestSrc;
beforeEach(async () => {
  src = await openTestSrc();
  await src.create('ada');
});
afterEach(() => src.close());

const post = (endpoint: string, name = app) => src.tell(`POST ${endpoint}?name=${name}`);

async function idOf(name = app): Promise<string> {
  return (await src.call(`GET get-app-info?name=${name}`)).body.Id as string;
}

/** How the app comes to be in the state that a row of the table is about. */
const ways = {
  created: [],
  running: ['start-app'],
  paused: ['start-app', 'pause-app'],
  exited: ['start-app', 'stop-app'],
} as const;

const ok = '200 Success';
const table = [
  ['start-app', { created: ok, running: ok, paused: '409 App is paused', exited: ok }, 'running'],
  ['stop-app', { created: ok, running: ok, paused: ok, exited: ok }, 'exited'],
  [
    'pause-app',
    {
      created: '409 App must be running to be paused',
      running: ok,
      paused: '409 App must be running to be paused',
      exited: '409 App must be running to be paused',
    },
    'paused',
  ],
  [
    'unpause-app',
    {
      created: '409 App must be paused to be unpaused',
      running: '409 App must be paused to be unpaused',
      paused: ok,
      exited: '409 App must be paused to be unpaused',
    },
    'running',
  ],
  ['restart-app', { created: ok, running: ok, paused: ok, exited: ok }, 'running'],
  [
    'kill-app',
    {
      created: '409 App must be running to be killed',
      running: ok,
      paused: ok,
      exited: '409 App must be running to be killed',
    },
    'exited',
  ],
  ['hard-reset-app', { created: ok, running: ok, paused: ok, exited: ok }, 'created'],
] as const;

describe.each(table)('%s', (endpoint, answers, after) => {
  test.each(Object.entries(answers))('of an app that is %s: %s', async (state, answer) => {
    for (const step of ways[state as keyof typeof ways]) expect(await post(step)).toBe(ok);
    expect(await src.state(app)).toBe(state);
    const id = await idOf();
    expect(await post(endpoint)).toBe(answer);
    const isLeft = answer !== ok || (endpoint === 'stop-app' && state === 'created');
    expect(await src.state(app)).toBe(isLeft ? state : after);
    expect((await idOf()) === id).toBe(endpoint !== 'hard-reset-app');
  });
});

describe('an app', () => {
  test('that has ended by itself stays so, and is started again by who asks', async () => {
    await post('start-app');
    for (const exitCode of [0, 3]) {
      src.api.engine.controls.crash(await idOf(), exitCode);
      await until(async () => (await src.state(app)) === 'exited');
      expect(await post('kill-app')).toBe('409 App must be running to be killed');
      expect(await post('start-app')).toBe(ok);
      expect(await src.state(app)).toBe('running');
    }
    src.api.engine.controls.crash(await idOf(), 1);
    await until(async () => (await src.state(app)) === 'exited');
    expect(await post('restart-app')).toBe(ok);
    expect(await src.state(app)).toBe('running');
  });

  test('that the engine refuses to start says why, and is not tried again', async () => {
    for (let time = 0; time < 5; time += 1)
      src.api.engine.controls.failNext('containers.start', new Problem('engine-failed', 'no such runtime'));
    const { status, body } = await src.call(`POST start-app?name=${app}`);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(body)).toContain('no such runtime');
    await until(async () => (await src.state(app)) === 'created');
    for (let time = 0; time < 20 && (await post('start-app')) !== ok; time += 1);
    expect(await src.state(app)).toBe('running');
  });

  test('is deleted in any state, and its name is free again', async () => {
    for (const steps of Object.values(ways)) {
      for (const step of steps) await post(step);
      expect(await post('delete-app')).toBe(ok);
      expect(await post('delete-app')).toBe(`400 Unable to find app "${app}"`);
      expect(await src.tell('GET get-app-names')).toBe('200 []');
      expect(await src.api.engine.containers.list([])).toEqual([]);
      expect(await src.create('ada')).toBe(ok);
    }
  });

  test('that is being removed is no more', async () => {
    await post('start-app');
    src.api.engine.controls.slow(30);
    const removal = post('delete-app');
    await until(() => [...src.api.world.ledger.books.apps.values()].every(({ removing }) => removing !== null));
    expect(await post('start-app')).toBe(`400 Unable to find app "${app}"`);
    expect(await src.tell('GET get-app-status')).toBe('200 []');
    expect(await removal).toBe(ok);
  });

  test('is paused through this API and let go on through the other', async () => {
    await post('start-app');
    await post('pause-app');
    expect((await src.api.call(`GET /v1/apps/${app}`)).body).toMatchObject({ state: 'paused', owner: 'ada' });
    expect((await src.api.call(`POST /v1/apps/${app}/actions/unpause?wait=5s`)).status).toBe(200);
    expect(await src.state(app)).toBe('running');
  });
});

describe('ten calls at once', () => {
  test.each([
    ['pause-app', ['start-app'], '409 App must be running to be paused'],
    ['unpause-app', ['start-app', 'pause-app'], '409 App must be paused to be unpaused'],
    ['kill-app', ['start-app'], '409 App must be running to be killed'],
    ['delete-app', ['start-app'], `400 Unable to find app "${app}"`],
  ])('of %s yield one success', async (endpoint, before, refusal) => {
    for (const step of before) expect(await post(step)).toBe(ok);
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(endpoint)));
    expect(answers.toSorted()).toEqual([ok, ...Array.from({ length: 9 }, () => refusal)].toSorted());
  });

  test('of create-app make one app', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => src.create('bob')));
    expect(answers.filter((answer) => answer === ok)).toHaveLength(1);
    expect(answers.filter((answer) => answer === '400 App already exists')).toHaveLength(9);
    expect(await src.tell('GET get-app-names?user=bob')).toBe('200 ["httpd--bob"]');
  });

  test.each([
    ['start-app', 'running'],
    ['stop-app', 'exited'],
    ['restart-app', 'running'],
  ])('of %s all succeed: the app is %s', async (endpoint, state) => {
    if (endpoint === 'stop-app') await post('start-app');
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(endpoint)));
    expect([...new Set(answers)]).toEqual([ok]);
    expect(await src.state(app)).toBe(state);
  });

  test('of hard-reset-app leave one new container', async () => {
    const id = await idOf();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post('hard-reset-app')));
    expect(answers).toContain(ok);
    expect(answers.every((answer) => /^(?:200|409) /.test(answer))).toBe(true);
    expect(await src.state(app)).toBe('created');
    expect(await idOf()).not.toBe(id);
    expect(await src.api.engine.containers.list([])).toHaveLength(1);
  });
});

describe('several names', () => {
  beforeEach(async () => {
    await src.create('bob');
    await src.create('eve');
  });
  const all = 'httpd--ada,httpd--bob,httpd--eve';

  test('are acted on side by side, and counted', async () => {
    expect(await post('start-app', all)).toBe('200 3/3 succeeded');
    expect(await post('pause-app', `${all},none`)).toBe('400 3/4 succeeded');
    expect(await post('start-app', 'httpd--ada,none')).toBe('400 0/2 succeeded');
    expect(await post('unpause-app', 'httpd--ada,,httpd--bob,')).toBe('200 2/2 succeeded');
    expect(await post('pause-app', 'httpd--ada,%20httpd--bob')).toBe('400 1/2 succeeded');
    expect(await post('delete-app', all)).toBe('200 3/3 succeeded');
    expect(await src.tell('GET get-users')).toBe('200 []');
  });

  test('are read as a list, or by name', async () => {
    const infos = (await src.call(`GET get-app-info?name=${all}`)).body as { Name: string }[];
    expect(infos.map(({ Name }) => Name)).toEqual(['/httpd--ada', '/httpd--bob', '/httpd--eve']);
    expect(await src.tell('GET get-app-info?name=httpd--ada,none')).toBe('400 1/2 succeeded');
    const summaries = (await src.call(`GET get-uptime-summary?name=${all}&duration=day`)).body as object;
    expect(Object.keys(summaries)).toEqual(all.split(','));
    const lines = (await src.call(`GET get-app-status?name=httpd--eve,httpd--ada`)).body as { Names: string }[];
    expect(lines.map(({ Names }) => Names)).toEqual(['httpd--eve', 'httpd--ada']);
  });
});
