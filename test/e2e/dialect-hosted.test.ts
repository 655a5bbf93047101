import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDockerEngine } from '../../packages/daemon/src/adapters/docker/docker-engine.ts';
import { callEngine } from '../../scripts/engine-call.ts';
import { waitFor } from '../harness/deadline.ts';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { findFreePort } from '../harness/free-port.ts';
import { startRegistry, type TestRegistry } from '../harness/registry.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { ensureImages } from './images.ts';
import { Operator } from './operator.ts';
import { startLoad, visit } from './visitor.ts';

const run = promisify(execFile);
const launcher = fileURLToPath(new URL('../../packages/cli/bin/berth.js', import.meta.url));
const secret = 'a deploy key';
const success = { success: true };

interface Told {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** As in a pipeline: `curl`, and what it prints. */
async function curl(...words: string[]): Promise<Told> {
  const { stdout } = await run('curl', ['-sS', '--max-time', '110', '-w', '\n%{http_code}\n%{content_type}', ...words]);
  const lines = stdout.split('\n');
  const [status = '', type = ''] = lines.slice(-2);
  return { status: Number(status), type, text: lines.slice(0, -2).join('\n') };
}

describeWithEngine('a client of the Hosted Docker API', (engineSocket) => {
  const engine = createDockerEngine({ name: 'bare', host: `unix://${engineSocket}` });
  let daemon: RunningDaemon;
  let operator: Operator;
  let registry: TestRegistry;
  let url: string;
  let web: string;

  beforeAll(async () => {
    await ensureImages(engineSocket);
    registry = await startRegistry();
    for (const version of [1, 2]) await registry.push(engineSocket, `berth-test/web:${version}`, `team/web:${version}`);
    web = `${registry.host}/team/web`;
    for (const version of [1, 2]) await engine.images.remove(`${web}:${version}`);
    const listen = `127.0.0.1:${await findFreePort()}`;
    url = `http://${listen}`;
    daemon = await startDaemon({
      engineSocket,
      settings: { dialects: { hosted: { listen } } },
      env: { DEPLOY_KEY: secret },
    });
    operator = new Operator(daemon);
  });

  afterAll(async () => {
    await daemon.stop();
    await registry.stop();
    await engine.close();
  });

  const berth = (...words: string[]) =>
    run(process.execPath, [launcher, ...words], {
      env: { PATH: process.env['PATH'], BERTH_URL: daemon.apiUrl, BERTH_TOKEN: daemon.adminToken },
    });
  const post = (path: string, params: object): Promise<Told> =>
    curl('-H', 'Content-Type: application/json', '-d', JSON.stringify({ secret, ...params }), `${url}${path}`);
  const tell = async (path: string, params: object): Promise<unknown> => JSON.parse((await post(path, params)).text);
  const list = async (): Promise<unknown> => JSON.parse((await curl(url)).text);
  const page = async (host: string) => (await visit(daemon.edgePort, host)).body;
  const save = async (host: string, text: string) =>
    (await curl('-H', `Host: ${host}`, '-d', text, `http://127.0.0.1:${daemon.edgePort}/cgi-bin/save`)).text;

  test('goes through the examples of its document', async () => {
    expect(await post('/new', { image: `${web}:1`, name: 'app1' })).toEqual({
      status: 200,
      type: 'text/plain; charset=utf-8',
      text: 'Running on app1.localhost!',
    });
    expect(await page('app1.localhost')).toContain('version 1');
    expect(await tell('/add_domain', { name: 'app1', domain: 'app1-pr.example.com' })).toEqual(success);
    expect(await page('app1-pr.example.com')).toContain('version 1');
    expect(await tell('/stop', { name: 'app1' })).toEqual(success);
    expect(await list()).toEqual({
      app1: { running: false, image: `${web}:1`, domains: ['app1.localhost', 'app1-pr.example.com'] },
    });
    expect((await visit(daemon.edgePort, 'app1.localhost')).status).toBe(503);
    expect(await tell('/run', { name: 'app1' })).toEqual(success);
    expect(await page('app1.localhost')).toContain('version 1');
    expect(await tell('/run', { name: 'app1' })).toEqual({
      success: false,
      reason: 'That container is already running.',
    });
    expect(await tell('/delete', { name: 'app1' })).toEqual(success);
    expect(await tell('/delete', { name: 'app1' })).toEqual({
      success: false,
      reason: "That container doesn't exist.",
    });
    expect(await list()).toEqual({});
  });

  test('is refused without the secret, and without JSON', async () => {
    expect((await post('/new', { image: `${web}:1`, secret: 'other' })).status).toBe(403);
    expect((await curl('-d', `secret=${secret}&image=${web}:1`, `${url}/new`)).status).toBe(400);
    expect((await post('/new', {})).status).toBe(400);
    expect(await list()).toEqual({});
  });

  test('gets the new version at the same address, with no failed request and all that was saved', async () => {
    expect((await post('/new', { image: `${web}:1` })).text).toBe('Running on web.localhost!');
    await tell('/add_domain', { name: 'web', domain: 'www.example.com' });
    expect(await save('web.localhost', 'first')).toContain('first');
    const load = startLoad(daemon.edgePort, 'www.example.com');
    expect((await post('/new', { image: `${web}:2`, env: { PORT: 3000 } })).status).toBe(200);
    expect((await post('/new', { image: `${web}:1`, name: 'web', env: { PORT: 8001 } })).status).toBe(200);
    expect((await post('/new', { image: `${web}:2`, name: 'web' })).status).toBe(200);
    const { requests, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(100);
    expect(await page('www.example.com')).toContain('version 2');
    expect(await save('web.localhost', 'second')).toContain('firstsecond');
    await tell('/delete', { name: 'web' });
    await post('/new', { image: `${web}:1` });
    expect(await save('web.localhost', 'third')).toBe('third');
  });

  test('is told why an image does not run, while the one before does', async () => {
    await post('/new', { image: `${web}:1`, name: 'careful' });
    const failed = await post('/new', { image: 'berth-test/exit:1', name: 'careful' });
    expect(failed.status).toBe(422);
    expect(failed.type).toBe('application/problem+json');
    expect(JSON.parse(failed.text)).toMatchObject({
      code: 'deploy-failed',
      detail: expect.stringContaining('exit code 3'),
    });
    expect(failed.text).toContain('last words');
    expect((await post('/new', { image: `${web}:none`, name: 'careful' })).status).toBe(404);
    expect(await page('careful.localhost')).toContain('version 1');
    expect(await list()).toMatchObject({ careful: { running: true, image: `${web}:1` } });
  });

  test('leaves nothing behind when the first deploy of a name fails', async () => {
    expect((await post('/new', { image: 'berth-test/exit:1', name: 'never' })).status).toBe(422);
    expect(Object.keys((await list()) as object)).not.toContain('never');
    expect(await engine.containers.list(['berth.app=never'])).toEqual([]);
    expect(await engine.volumes.list(['berth.app=never'])).toEqual([]);
  });

  test('may deploy an image that is on the engine alone', async () => {
    const { status, text } = await post('/new', { image: 'berth-test/web:2', name: 'homemade' });
    expect([status, text]).toEqual([200, 'Running on homemade.localhost!']);
    expect(await page('homemade.localhost')).toContain('version 2');
  });

  test('is served one after the other with all others who deploy the same name, and loses nothing', async () => {
    const versions = [1, 2, 1, 2];
    const answers = await Promise.all([
      ...versions.map((version) => post('/new', { image: `${web}:${version}`, name: 'crowd' })),
      ...['one', 'two', 'three'].map((name) => post('/new', { image: `${web}:1`, name })),
    ]);
    expect(answers.map(({ status, text }) => [status, text].join(' '))).toEqual([
      ...versions.map(() => '200 Running on crowd.localhost!'),
      ...['one', 'two', 'three'].map((name) => `200 Running on ${name}.localhost!`),
    ]);
    expect(await list()).toMatchObject({ crowd: { running: true }, one: {}, two: {}, three: {} });
  });

  test('moves a domain by force, and to whoever asks first without', async () => {
    const domain = 'moving.example.com';
    await post('/new', { image: `${web}:1`, name: 'here' });
    await post('/new', { image: `${web}:2`, name: 'there' });
    expect(await tell('/add_domain', { name: 'here', domain })).toEqual(success);
    expect(await tell('/add_domain', { name: 'there', domain })).toEqual({
      success: false,
      reason: "That domain is already bound to here. Use 'force=True' to overwrite.",
    });
    expect(await page(domain)).toContain('version 1');
    expect(await tell('/add_domain', { name: 'there', domain, force: true })).toEqual(success);
    expect(await page(domain)).toContain('version 2');
    expect((await post('/add_domain', { name: 'there', domain: 'here.localhost', force: true })).status).toBe(400);
  });

  test('finds its container running again after it was killed', async () => {
    await post('/new', { image: `${web}:1`, name: 'tough' });
    const before = (await operator.status('tough')).instances[0];
    await engine.containers.kill(before.id, 'SIGKILL');
    await waitFor(async () => (await operator.status('tough')).instances[0]?.restarts === 1, { deadlineMs: 30_000 });
    await waitFor(async () => (await page('tough.localhost')).includes('version 1'), { deadlineMs: 30_000 });
    expect(await list()).toMatchObject({ tough: { running: true } });
  });

  test('may have as much as its owner’s quota, and is told what is over it', async () => {
    expect((await berth('users', 'quota', 'hosted', '--apps', '0')).stdout).toContain('the user');
    const { status, text } = await post('/new', { image: `${web}:1`, name: 'toomuch' });
    expect([status, JSON.parse(text)]).toMatchObject([403, { code: 'quota-exceeded', errors: [{ field: 'apps' }] }]);
    await berth('users', 'quota', 'hosted', '--usual');
    expect((await post('/new', { image: `${web}:1`, name: 'toomuch' })).status).toBe(200);
  });

  test('finds all that the original had after one command', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'berth-import-'));
    try {
      const old = await startOriginal('berth-test/web:1');
      await writeFile(join(folder, 'engine.json'), old.inspected);
      const config = { moved: { port: 1, domains: ['moved.localhost', 'moved.example.com'] }, lost: { port: 2 } };
      await writeFile(join(folder, 'config.json'), JSON.stringify(config));
      await mkdir(join(folder, 'saves', 'moved'), { recursive: true });
      await writeFile(join(folder, 'saves', 'moved', 'kept'), 'from before ');
      const words = ['import', 'hosted', join(folder, 'config.json'), '--inspect', join(folder, 'engine.json')];
      const told = await berth(...words, '--saves', join(folder, 'saves')).catch((error: { stderr: string }) => error);
      expect(told.stderr).toContain('lost');
      expect(told.stderr).not.toContain('moved');
      expect(await list()).toMatchObject({
        moved: { running: true, image: 'berth-test/web:1', domains: ['moved.localhost', 'moved.example.com'] },
      });
      expect(await page('moved.example.com')).toContain('version 1');
      expect(await save('moved.localhost', 'and after')).toBe('from before and after');
      expect((await operator.call('GET', '/v1/apps/moved')).body.spec.env).toMatchObject({
        PORT: '4000',
        GREETING: 'hi',
      });
      expect((await engine.containers.inspect(old.id)).state).toBe('created');
      await engine.containers.remove(old.id, { force: true });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  /** A container as the original made it, and what `docker inspect` says of it and its image. */
  async function startOriginal(image: string): Promise<{ readonly id: string; readonly inspected: string }> {
    const id = await engine.containers.create({
      name: 'moved',
      image,
      labels: {},
      env: { ENV: 'prod', PORT: '4000', GREETING: 'hi' },
      stopGraceSeconds: 1,
      ports: [],
      volumes: [],
      tmpfs: [],
      limits: { pids: 50 },
      readOnlyRoot: false,
      noNewPrivileges: true,
      log: { maxSizeBytes: 1_000_000, maxFiles: 1 },
    });
    const [container, its] = await Promise.all([
      callEngine(engineSocket, `GET /containers/${id}/json`),
      callEngine(engineSocket, `GET /images/${image}/json`),
    ]);
    const inspection = { ...(JSON.parse(container.text) as object), State: { Running: true } };
    return { id, inspected: JSON.stringify([inspection, JSON.parse(its.text)]) };
  }

  test('works on the apps of others, and they on its own', async () => {
    await operator.deploy('foreign', { image: 'berth-test/web:1' });
    expect(await tell('/stop', { name: 'foreign' })).toEqual(success);
    expect(await operator.status('foreign')).toMatchObject({ state: 'stopped' });
    await post('/new', { image: `${web}:1`, name: 'shared' });
    expect((await operator.act('shared', 'pause')).status).toBe(200);
    expect(await list()).toMatchObject({ shared: { running: false } });
    expect(await tell('/run', { name: 'shared' })).toEqual(success);
    expect(await page('shared.localhost')).toContain('version 1');
  });
});
