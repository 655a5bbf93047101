import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../harness/deadline.ts';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { startEngine, type TestEngine } from '../harness/engine.ts';
import { findFreePort } from '../harness/free-port.ts';
import { ensureImage } from '../harness/image.ts';
import { startRegistry, type TestRegistry } from '../harness/registry.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { ensureImages } from './images.ts';
import { Operator } from './operator.ts';

const LAUNCHER = fileURLToPath(new URL('../../packages/cli/bin/berth.js', import.meta.url));
const run = promisify(execFile);
const soon = { deadlineMs: 60_000 };
const web = 'berth-test/web:1';
const app = `${web}--john`;
const ok = '200 Success';

type Line = Readonly<Record<string, string>>;

interface Told {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- the point is to read what came
  readonly body: any;
}

/** As at a shell: `curl`, and what it prints. */
async function curl(...options: string[]): Promise<Told> {
  const words = ['-sS', '--max-time', '110', '-w', '\n%{http_code}\n%{content_type}', ...options];
  const { stdout } = await run('curl', words, { maxBuffer: 16 << 20 });
  const lines = stdout.split('\n');
  const [status = '', type = ''] = lines.slice(-2);
  const text = lines.slice(0, -2).join('\n');
  return { status: Number(status), type, text, body: type.includes('json') ? JSON.parse(text) : undefined };
}

describeWithEngine('a client of the SRC Container API', () => {
  let engine: TestEngine;
  let daemon: RunningDaemon;
  let operator: Operator;
  let registry: TestRegistry;
  let url: string;

  beforeAll(async () => {
    engine = await startEngine({});
    await ensureImages(engine.socket);
    registry = await startRegistry();
    const listen = `127.0.0.1:${await findFreePort()}`;
    url = `http://${listen}`;
    daemon = await startDaemon({
      engineSocket: engine.socket,
      settings: { dialects: { src: { listen, open: true } } },
      env: { TZ: 'UTC' },
    });
    operator = new Operator(daemon);
  });

  afterAll(async () => {
    await daemon.stop();
    await registry.stop();
    await engine.stop();
  });

  const call = (method: string, path: string) => curl('-X', method, `${url}/demo/${path}`);
  const get = async (path: string) => (await call('GET', path)).body;
  const tell = async (method: string, path: string): Promise<string> => {
    const { status, text } = await call(method, path);
    return `${status} ${text}`;
  };
  const post = (endpoint: string, name = app) => tell('POST', `${endpoint}?name=${name}`);
  const create = (user: string, image = web) => tell('POST', `create-app?image=${image}&user=${user}`);
  const docker = async (...words: string[]): Promise<string> => {
    const env = { ...process.env, DOCKER_HOST: `unix://${engine.socket}`, TZ: 'UTC' };
    return (await run('docker', words, { env, maxBuffer: 16 << 20 })).stdout;
  };
  const containerOf = async (name: string): Promise<string> =>
    (await docker('ps', '-aq', '--no-trunc', '--filter', `label=src.name=${name}`)).trim();
  const stateOf = async (name: string): Promise<string> =>
    (await docker('inspect', '--format', '{{.State.Status}}', await containerOf(name))).trim();
  const write = async (text: string) => docker('exec', await containerOf(app), 'sh', '-c', `echo ${text} > /kept`);
  const kept = async () => docker('exec', await containerOf(app), 'cat', '/kept');

  beforeEach(async () => {
    const names = (await get('get-app-names')) as string[];
    if (names.length > 0) await post('delete-app', `${names.join(',')},`);
    expect(await create('john')).toBe(ok);
  });

  test('finds the outline at the base URL', async () => {
    const { status, type, text } = await curl(`${url}/`);
    expect([status, type]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(text).toContain('hard-reset-app');
  });

  test('walks an app through all it can be, as Docker has it', async () => {
    expect(await stateOf(app)).toBe('created');
    for (const [endpoint, state] of [
      ['start-app', 'running'],
      ['start-app', 'running'],
      ['pause-app', 'paused'],
      ['unpause-app', 'running'],
      ['stop-app', 'exited'],
      ['stop-app', 'exited'],
      ['restart-app', 'running'],
      ['pause-app', 'paused'],
      ['restart-app', 'running'],
      ['kill-app', 'exited'],
      ['start-app', 'running'],
    ] as const) {
      expect(await post(endpoint), endpoint).toBe(ok);
      expect(await stateOf(app), endpoint).toBe(state);
      expect((await get(`get-app-status?name=${app}`)).State, endpoint).toBe(state);
    }
    expect(await post('unpause-app')).toBe('409 App must be paused to be unpaused');
    await post('pause-app');
    expect(await post('start-app')).toBe('409 App is paused');
    await post('stop-app');
    expect(await post('pause-app')).toBe('409 App must be running to be paused');
    expect(await post('kill-app')).toBe('409 App must be running to be killed');
  });

  test('keeps what the container holds through a restart, and loses it by a hard reset', async () => {
    await post('start-app');
    await write('first');
    const id = await containerOf(app);
    expect(await post('restart-app')).toBe(ok);
    expect(await containerOf(app)).toBe(id);
    expect(await kept()).toBe('first\n');
    expect(await post('hard-reset-app')).toBe(ok);
    expect(await stateOf(app)).toBe('created');
    expect(await containerOf(app)).not.toBe(id);
    await post('start-app');
    await expect(kept()).rejects.toThrow('No such file');
  });

  test('deletes an app with all that it had', async () => {
    await post('start-app');
    expect(await post('delete-app')).toBe(ok);
    expect(await containerOf(app)).toBe('');
    expect(await post('delete-app')).toBe(`400 Unable to find app "${app}"`);
    expect(await get('get-app-names')).toEqual([]);
    expect(await tell('GET', 'get-app-status')).toBe('200 []');
  });

  test('finds what has ended as it ended, and what never listens running', async () => {
    const [exit, silent] = [await ensureImage(engine.socket, 'exit'), await ensureImage(engine.socket, 'silent')];
    for (const image of [exit, silent]) {
      expect(await create('ann', image)).toBe(ok);
      expect(await post('start-app', `${image}--ann`)).toBe(ok);
    }
    await waitFor(async () => (await get(`get-app-status?name=${exit}--ann`)).State === 'exited', soon);
    expect((await get(`get-app-status?name=${silent}--ann`)).State).toBe('running');
    expect(await stateOf(`${exit}--ann`)).toBe('exited');
    expect(await post('start-app', `${exit}--ann`)).toBe(ok);
  });

  test('acts on several apps at once', async () => {
    const users = ['u1', 'u2', 'u3'];
    await Promise.all(users.map((user) => create(user)));
    const all = users.map((user) => `${web}--${user}`).join(',');
    expect(await post('start-app', all)).toBe('200 3/3 succeeded');
    expect(await post('pause-app', `${all},none`)).toBe('400 3/4 succeeded');
    expect(await post('delete-app', all)).toBe('200 3/3 succeeded');
    expect(await get('get-users')).toEqual(['john']);
  });

  test('of ten calls at once has one succeed', async () => {
    const ten = <Result>(one: () => Promise<Result>) => Promise.all(Array.from({ length: 10 }, one));
    const successes = (answers: readonly string[]) => answers.filter((answer) => answer === ok).length;
    expect(successes(await ten(() => create('many')))).toBe(1);
    expect(await post('start-app')).toBe(ok);
    for (const endpoint of ['pause-app', 'unpause-app', 'kill-app', 'delete-app'])
      expect(successes(await ten(() => post(endpoint))), endpoint).toBe(1);
  });

  describe('reads what the docker CLI prints', () => {
    const line = async (...words: string[]) => JSON.parse(await docker(...words, '--format', '{{json .}}')) as object;

    test.each([
      ['created', []],
      ['running', ['start-app']],
      ['paused', ['start-app', 'pause-app']],
      ['exited', ['start-app', 'kill-app']],
    ])('of an app that is %s', async (state, steps) => {
      for (const step of steps) expect(await post(step)).toBe(ok);
      const id = await containerOf(app);
      await waitFor(async () => {
        const told = await get(`get-app-status?name=${app}`);
        const { Platform: _platform, ...printed } = (await line('ps', '-a', '--filter', `id=${id}`)) as Line;
        // The words of time may change between the two.
        expect(told).toEqual({
          ...printed,
          Names: app,
          Image: web,
          Labels: expect.stringContaining(`src.name=${app}`) as string,
          Size: '0B',
        });
        return told.State === state;
      }, soon);
      const [inspected] = JSON.parse(await docker('inspect', id)) as object[];
      expect(await get(`get-app-info?name=${app}`)).toEqual({ ...inspected, Name: `/${app}` });
      const { Name, ID, PIDs } = await get(`get-app-stats?name=${app}`);
      expect([Name, ID]).toEqual([app, id.slice(0, 12)]);
      expect(Number(PIDs) > 0).toBe(state === 'running' || state === 'paused');
    });

    test('of images', async () => {
      await post('start-app');
      const images = (await get('get-images')) as Record<string, unknown>[];
      const printed = (await docker('image', 'ls', '--format', '{{json .}}')).trim().split('\n');
      const names = printed.map((text) => JSON.parse(text) as Record<string, unknown>);
      expect(images.map(nameOf).toSorted()).toEqual(names.map(nameOf).toSorted());
      expect(images.find((image) => nameOf(image) === web)).toMatchObject({ CreatedContainerCount: 1 });
    });
  });

  test('asks for an image, and has it before the answer', async () => {
    await registry.push(engine.socket, web, 'team/tool:1');
    const image = `${registry.host}/team/tool:1`;
    await docker('rmi', image).catch(() => '');
    expect(await create('ann', image)).toBe(`400 Could not find image "${image}"`);
    expect(await tell('POST', `request-image?image=${image}`)).toBe(ok);
    expect(await create('ann', image)).toBe(ok);
    const { status, text } = await call('POST', `request-image?image=${registry.host}/team/none:1`);
    expect(status).toBe(400);
    expect(text).toContain(`Could not pull image '${registry.host}/team/none:1':\n`);
  });

  test('takes over what the original logged of when its apps ran', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'berth-src-'));
    const log = [
      [30, 'created [Created]'],
      [20, 'running [Up 1 second]'],
      [10, 'running [Up 10 minutes]'],
      [0, 'exited [x]'],
    ]
      .map(([minutes, words]) => `${localTime(Date.now() - (Number(minutes) + 30) * 60_000)}: ${words}\n`)
      .join('');
    await operator.deploy('web--logged', { image: web, started: false });
    for (const name of ['web--logged', 'nobody']) await writeFile(join(folder, `${name}.log`), log);
    const berth = () => {
      const env = { ...process.env, TZ: 'UTC', BERTH_URL: daemon.apiUrl, BERTH_TOKEN: daemon.adminToken };
      return run(process.execPath, [LAUNCHER, 'import', 'src', folder, '--json'], { env });
    };
    const { results } = JSON.parse((await berth()).stdout) as { results: unknown[] };
    expect(results).toEqual([
      { name: 'nobody', app: null, added: 0, unread: 0 },
      { name: 'web--logged', app: 'web--logged', added: 4, unread: 0 },
    ]);
    const samples = Object.values((await get('get-uptime-summary?name=web--logged&duration=day')) as object);
    expect(samples.slice(0, 6).join()).toMatch(/^false(?:,false)?,true(?:,true){1,2},false/);
    expect((await berth()).stdout).toContain('"added":0');
    await rm(folder, { recursive: true });
  });

  test('sees when an app ran', async () => {
    const last = async () =>
      Object.entries((await get(`get-uptime-summary?name=${app}&duration=hour`)) as object).at(-1);
    await waitFor(async () => (await last())?.[1] === false, soon);
    await post('start-app');
    await waitFor(async () => (await last())?.[1] === true, soon);
    expect((await last())?.[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    await post('pause-app');
    await waitFor(async () => (await last())?.[1] === false, soon);
  });

  test('sees the apps of others, and nothing of containers that are not Berth’s', async () => {
    await docker('run', '-d', '--name', 'stranger', '--label', 'src.name=x--y', web);
    await operator.deploy('elsewhere', { image: web });
    expect(await get('get-app-names')).toEqual(['elsewhere', app]);
    expect(await post('stop-app', 'stranger')).toBe('400 Unable to find app "stranger"');
    expect(await post('delete-app', 'x--y')).toBe('400 Unable to find app "x--y"');
    expect(await post('pause-app', 'elsewhere')).toBe(ok);
    expect((await operator.status('elsewhere')).state).toBe('paused');
    expect(await docker('inspect', '--format', '{{.State.Status}}', 'stranger')).toBe('running\n');
    await docker('rm', '-f', 'stranger');
  });

  test('goes on with an app whose container somebody killed or took away', async () => {
    await post('start-app');
    await docker('kill', await containerOf(app));
    await waitFor(async () => (await get(`get-app-status?name=${app}`)).State === 'exited', soon);
    expect(await post('kill-app')).toBe('409 App must be running to be killed');
    expect(await post('start-app')).toBe(ok);
    await post('stop-app');
    await docker('rm', await containerOf(app));
    await waitFor(async () => (await get(`get-app-status?name=${app}`)).State === 'created', soon);
    expect(await post('start-app')).toBe(ok);
    expect(await stateOf(app)).toBe('running');
  });

  test('is told why an app cannot be started', async () => {
    await operator.deploy('broken', { image: web, entrypoint: ['/none'], started: false, restart: 'never' });
    const { status, body, text } = await call('POST', 'start-app?name=broken');
    expect(status, text).toBe(422);
    expect(body.detail).toContain('/none');
    expect(await docker('ps', '-a', '--filter', 'label=berth.app=broken', '--format', '{{.State}}')).toBe('created\n');
    expect(await post('delete-app', 'broken')).toBe(ok);
  });

  test('waits for who approves images, and shows a token, where the settings say so', async () => {
    const strict = await startDaemon({
      engineSocket: engine.socket,
      settings: {
        dialects: { src: { prefix: '/src', token: 'a token' } },
        images: { policy: { mode: 'approval' } },
      },
    });
    const ask = (method: string, path: string, ...words: string[]) =>
      curl('-X', method, ...words, `${strict.apiUrl}/src/${path}`);
    const tellIt = async (method: string, path: string) => {
      const { status, text } = await ask(method, path, '-H', 'Authorization: Bearer a token');
      return `${status} ${text}`;
    };
    expect((await curl(`${strict.apiUrl}/src`)).status).toBe(200);
    expect((await ask('GET', 'demo/get-app-names')).status).toBe(401);
    const image = `${registry.host}/team/tool:2`;
    await registry.push(engine.socket, web, 'team/tool:2');
    const wanted = `demo/create-app?image=${image}&user=ann`;
    expect(await tellIt('POST', wanted)).toBe(`400 Could not find image "${image}"`);
    expect(await tellIt('POST', `demo/request-image?image=${image}`)).toBe(ok);
    expect(await tellIt('POST', wanted)).toBe(`400 Could not find image "${image}"`);
    const administrator = new Operator(strict);
    const [request] = (await administrator.call('GET', '/v1/image-requests')).body.items as { id: string }[];
    await administrator.call('POST', `/v1/image-requests/${request?.id}/approve`);
    await waitFor(async () => (await tellIt('POST', wanted)) === ok, soon);
    expect(await tellIt('POST', `demo/request-image?image=${image}`)).toBe(ok);
    await administrator.call('POST', `/v1/image-requests/${request?.id}/reject`, { reason: 'too old' });
    expect(await tellIt('POST', `demo/create-app?image=${image}&user=bob`)).toBe(`400 Could not find image "${image}"`);
    await strict.stop();
  });

  test('is told that the engine is down, and goes on when it is back', async () => {
    await engine.kill();
    await waitFor(async () => (await tell('GET', 'get-app-names')) === '500 Docker daemon not responding', soon);
    expect(await post('start-app')).toBe('500 Docker daemon not responding');
    await engine.restart();
    await waitFor(async () => (await post('start-app')) === ok, soon);
  });

  test('finds the other half of the API as soon as the engine is a swarm', async () => {
    await post('delete-app');
    await docker('swarm', 'init', '--advertise-addr', '127.0.0.1');
    await waitFor(
      async () => (await post('start-app')) === '400 start-app endpoint incompatible with swarm mode',
      soon,
    );
    const [hostname] = (await get('get-node-names')) as string[];
    const printed = JSON.parse(await docker('node', 'ls', '--format', '{{json .}}')) as object;
    expect(await get(`get-node-status?hostname=${hostname}`)).toEqual(printed);
    expect(await get('get-node-status')).toEqual([printed]);
    const inspected = JSON.parse(await docker('node', 'inspect', 'self')) as object[];
    expect(await get(`get-node-info?hostname=${hostname}`)).toEqual(inspected);
    expect(await create('ann')).toBe(ok);
    expect((await get(`get-app-status?name=${web}--ann`)).State).toBe('running');
    expect(await post('kill-app', `${web}--ann`)).toBe(ok);
    expect(await get('get-app-names')).toEqual([]);
    await docker('swarm', 'leave', '--force');
    await waitFor(
      async () => (await tell('GET', 'get-node-names')) === '400 get-node-names endpoint incompatible with solo mode',
      soon,
    );
  });
});

function nameOf({ Repository, Tag }: Record<string, unknown>): string {
  return `${String(Repository)}:${String(Tag)}`;
}

/** As the original’s logger, in UTC. */
function localTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19);
}
