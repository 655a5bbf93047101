import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDockerEngine } from '../../packages/daemon/src/adapters/docker/docker-engine.ts';
import { waitFor } from '../harness/deadline.ts';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { findFreePort } from '../harness/free-port.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { ensureImages } from './images.ts';
import { Operator } from './operator.ts';
import { visit } from './visitor.ts';

const run = promisify(execFile);
const launcher = fileURLToPath(new URL('../../packages/cli/bin/berth.js', import.meta.url));
const soon = { deadlineMs: 60_000 };
const hex = /^[0-9a-f]{32}$/;
const full = 'Error: max available containers reached!';

interface Told {
  readonly status: number;
  readonly text: string;
}

/** As the original's clients do it: `curl`, and what it prints. */
async function curl(...words: string[]): Promise<Told> {
  const { stdout } = await run('curl', ['-sS', '--max-time', '110', '-w', '\n%{http_code}', ...words]);
  const end = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(end + 1)), text: stdout.slice(0, end) };
}

describeWithEngine('a client of Docker Spawner', (engineSocket) => {
  const engine = createDockerEngine({ name: 'bare', host: `unix://${engineSocket}` });
  const images = {
    web: 'berth-test/web:1',
    silent: 'berth-test/silent:1',
    exit: 'berth-test/exit:1',
    none: '127.0.0.1:1/none:1',
  };
  let daemon: RunningDaemon;
  let url: string;

  async function start(settings: object): Promise<void> {
    const listen = `127.0.0.1:${await findFreePort()}`;
    url = `http://${listen}`;
    daemon = await startDaemon({
      engineSocket,
      settings: { dialects: { spawner: { listen, images, ...settings } } },
    });
  }

  const spawn = (user: number | string, container = 'web') =>
    curl('-d', `container_id=${container}`, '-d', `user_id=${user}`, `${url}/spawn`);
  const stop = (id: string) => curl('-F', `container_hex=${id}`, `${url}/stop`);
  const find = (user: number | string) => curl(`${url}/get_container_hex?user_id=${user}`);
  const page = (id: string, host = `${id}.localhost`) => visit(daemon.edgePort, host);
  const containers = () => engine.containers.list([`berth.site=${daemon.site}`]);
  const containerOf = async (id: string): Promise<string> =>
    (await engine.containers.list([`berth.site=${daemon.site}`, `berth.app=${id}`]))[0]?.id ?? '';
  const times = <Result>(count: number, act: (at: number) => Promise<Result>) =>
    Promise.all(Array.from({ length: count }, (_, at) => act(at)));

  beforeAll(() => ensureImages(engineSocket));
  afterAll(() => engine.close());

  test('spawns, visits, finds and stops as its document says', async () => {
    await start({});
    try {
      const { status, text: id } = await spawn(7);
      expect({ status, id }).toEqual({ status: 200, id: expect.stringMatching(hex) as string });
      for (const host of [`${id}.localhost`, `${id.toUpperCase()}.LOCALHOST`, `${id}.localhost:${daemon.edgePort}`])
        expect(await page(id, host)).toMatchObject({
          status: 200,
          body: expect.stringContaining('version 1') as string,
        });
      expect(await find(7)).toEqual({ status: 200, text: `${id}:web` });
      expect(await curl('-X', 'GET', '-d', 'user_id=7', `${url}/get_container_hex`)).toEqual(await find(7));
      expect((await spawn(7)).text).toBe(id);
      expect(await page('0'.repeat(32))).toMatchObject({ status: 404 });
      expect(await stop(id)).toEqual({ status: 200, text: 'successfully removed docker' });
      expect(await containers()).toEqual([]);
      expect(await page(id)).toMatchObject({ status: 404 });
      expect(await stop(id)).toEqual({ status: 400, text: `Error: docker container '${id}' does not exist!` });
      expect(await find(7)).toEqual({ status: 404, text: 'Container not found for user' });
      expect(await curl('-X', 'POST', `${url}/spawn`)).toEqual({
        status: 400,
        text: "Bad request: field 'container_id' is required",
      });
    } finally {
      await daemon.stop();
    }
  });

  test('gets six of six at once, three of six where there is room for three, and a place when one is free again', async () => {
    await start({ maxContainers: 6 });
    try {
      const six = await times(6, (at) => spawn(at));
      expect(six.filter(({ status }) => status === 200)).toHaveLength(6);
      expect(await spawn('more')).toEqual({ status: 409, text: full });
      const ids = six.map(({ text }) => text);
      const answers = await Promise.all(ids.slice(0, 3).map(stop));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      const next = await times(6, (at) => spawn(`next-${at}`));
      expect(next.filter(({ status }) => status === 200)).toHaveLength(3);
      expect(next.filter(({ text }) => text === full)).toHaveLength(3);
      const pages = await Promise.all(
        [...ids.slice(3), ...next.filter(({ text }) => hex.test(text)).map(({ text }) => text)].map((id) => page(id)),
      );
      expect(pages.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
      expect(await containers()).toHaveLength(6);
    } finally {
      await daemon.stop();
    }
  });

  test('is told why nothing started, and nothing of it is left', async () => {
    await start({ startSeconds: 2, maxContainers: 1 });
    try {
      for (const [container, word] of [
        ['exit', 'exit code'],
        ['silent', 'did not answer on port'],
        ['none', 'none:1'],
      ] as const) {
        const { status, text } = await spawn(7, container);
        expect({ status, first: text.split('\n')[0] }).toEqual({ status: 500, first: 'Error starting docker' });
        expect(text).toContain(word);
        expect(await containers()).toEqual([]);
      }
      expect(await spawn(7)).toMatchObject({ status: 200 });
    } finally {
      await daemon.stop();
    }
  });

  test('keeps ids and addresses when the daemon is killed, and when its store is lost', async () => {
    await start({});
    try {
      const { text: id } = await spawn('Ada Lovelace');
      const found = await find('Ada%20Lovelace');
      expect(found).toEqual({ status: 200, text: `${id}:web` });
      await daemon.kill9();
      expect((await page(id)).status).toBe(200);
      daemon = await daemon.startAgain();
      expect(await find('Ada%20Lovelace')).toEqual(found);
      expect((await page(id)).status).toBe(200);
      await daemon.end();
      const store = readdirSync(daemon.dataFolder).filter((name) => name.startsWith('berth.db'));
      for (const name of store) rmSync(join(daemon.dataFolder, name));
      daemon = await daemon.startAgain();
      expect(await find('Ada%20Lovelace')).toEqual(found);
      expect((await page(id)).status).toBe(200);
      expect(await stop(id)).toMatchObject({ status: 200 });
    } finally {
      await daemon.stop();
    }
  });

  test('frees the place of what was killed or removed from outside, and of what has lived its time', async () => {
    await start({ maxContainers: 2, sweepSeconds: 12, lifetimeSeconds: 600 });
    try {
      const [killed = '', removed = ''] = (await times(2, (at) => spawn(at))).map(({ text }) => text);
      await engine.containers.kill(await containerOf(killed), 'SIGKILL');
      await engine.containers.remove(await containerOf(removed), { force: true });
      for (const id of [killed, removed]) await waitFor(async () => (await page(id)).status === 503, soon);
      for (const id of [killed, removed]) await waitFor(async () => (await page(id)).status === 404, soon);
      expect((await times(2, (at) => spawn(`next-${at}`))).map(({ status }) => status)).toEqual([200, 200]);
    } finally {
      await daemon.stop();
    }
    await start({ maxContainers: 1, lifetimeSeconds: 2 });
    try {
      const { text: id } = await spawn(7);
      await waitFor(async () => (await containers()).length === 0, soon);
      expect((await page(id)).status).toBe(404);
      expect(await spawn(8)).toMatchObject({ status: 200 });
    } finally {
      await daemon.stop();
    }
  });

  test('comes over with the original’s settings by one command', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'berth-spawner-'));
    const file = join(folder, 'settings.py');
    const table = "CONTAINER_IMAGES: dict[str, str] = {\n    '1': 'berth-test/web:1',\n}";
    const lines = [
      'import platform',
      "DOMAIN = 'example.com'",
      'MAX_CONTAINERS = 2',
      'DOCKER_TIMEOUT = 60 * 60',
      table,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    const listen = `127.0.0.1:${await findFreePort()}`;
    url = `http://${listen}`;
    const { stdout } = await run(process.execPath, [launcher, 'import', 'spawner', file, '--listen', listen]);
    const templates = { lab: { spec: { image: 'berth-test/web:1', env: { WHO: '{{user}}' } }, max: 1 } };
    const settings = { ...(JSON.parse(stdout) as object), templates };
    daemon = await startDaemon({ engineSocket, settings });
    try {
      const { status, text: id } = await spawn(7, '1');
      expect(status).toBe(200);
      expect(await page(id, `${id}.example.com`)).toMatchObject({ status: 200 });
      const operator = new Operator(daemon);
      expect((await operator.call('GET', '/v1/spawns')).body.items).toMatchObject([
        { id, template: 'spawner', user: '7' },
      ]);
      const made = await operator.call('POST', '/v1/spawns', { template: 'lab' });
      expect(made).toMatchObject({ status: 201, body: { state: 'running', owner: 'admin' } });
      expect((await operator.call('POST', '/v1/spawns', { template: 'lab' })).body).toMatchObject({ code: 'no-room' });
      expect((await operator.call('DELETE', `/v1/spawns/${made.body.id as string}?wait=60s`)).status).toBe(200);
    } finally {
      await daemon.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
