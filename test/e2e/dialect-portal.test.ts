import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, request as openRequest } from 'node:http';
import { createConnection, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDockerEngine } from '../../packages/daemon/src/adapters/docker/docker-engine.ts';
import { waitFor } from '../harness/deadline.ts';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { findFreePort } from '../harness/free-port.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { ensureImages } from './images.ts';
import { Operator } from './operator.ts';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

describeWithEngine('a data portal', (engineSocket) => {
  let daemon: RunningDaemon;
  let operator: Operator;
  let site: string;
  const engine = createDockerEngine({ name: 'bare', host: `unix://${engineSocket}` });
  const host = 'portal.example.org';

  beforeAll(async () => {
    await ensureImages(engineSocket);
    const port = await findFreePort();
    site = `http://127.0.0.1:${port}`;
    const portal = {
      listen: `127.0.0.1:${port}`,
      open: true,
      host,
      memoryBudgetMb: 40,
      adopt: true,
      waiting: { title: 'One moment, please' },
    };
    daemon = await startDaemon({ engineSocket, settings: { dialects: { portal } } });
    operator = new Operator(daemon);
  });

  afterAll(async () => {
    await daemon?.stop();
    await engine.close();
  });

  /** As a visitor of the portal's host, through the edge. */
  async function visit(path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Reply> {
    const options = { host: '127.0.0.1', port: daemon.edgePort, path, method, agent: false as const };
    const request = openRequest({ ...options, headers: { host, ...headers } });
    request.end(body);
    const [answer] = await once(request, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks).toString() };
  }

  async function launch(container_name: string, params: object = {}): Promise<void> {
    const answer = await fetch(`${site}/launch/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ image_name: 'berth-test/web:1', container_name, container_port: 8080, ...params }),
    });
    expect(answer.status, await answer.clone().text()).toBe(200);
    expect(await answer.json()).toEqual({
      name: container_name,
      url: `http://${host}:${daemon.edgePort}/docker/${container_name}/`,
    });
  }

  const isUp = (name: string) =>
    waitFor(async () => (await visit(`/docker/${name}/`)).status === 200, { deadlineMs: 60_000 });

  const kill = (name: string) => fetch(`${site}/kill/${name}`, { method: 'POST' });

  async function openSocket(path: string): Promise<Socket> {
    const socket = createConnection({ host: '127.0.0.1', port: daemon.edgePort });
    await once(socket, 'connect');
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13';
    const key = randomBytes(16).toString('base64');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${upgrade}\r\nSec-WebSocket-Key: ${key}\r\n\r\n`);
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toContain('101 Switching Protocols');
    return socket;
  }

  const desired = async (name: string): Promise<string> =>
    (await operator.call('GET', `/v1/apps/${name}`)).body.desired;

  test('launches a container with an uploaded file, and its page waits until it answers', async () => {
    const sent = await fetch(`${site}/upload/hello.txt`, { method: 'POST', body: 'Hello World' });
    expect(sent.status).toBe(200);
    const before = await visit('/docker/my-content-server/');
    expect([before.status, before.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
    expect(before.body).toContain('<h1>One moment, please</h1>');
    await launch('my-content-server', { input_mount: '/www', input_files: ['hello.txt'] });
    await isUp('my-content-server');
    expect((await visit('/docker/my-content-server/hello.txt')).body).toBe('Hello World');
    const [container] = await engine.containers.list(['berth.app=my-content-server']);
    const label = 'io.github.refinery-project.django_docker_engine';
    expect(container?.labels).toMatchObject({ [label]: 'true', [`${label}.port`]: '8080' });
    await kill('my-content-server');
  });

  test('brings requests through byte by byte, with the prefix in what comes back', async () => {
    await launch('exact', { image_name: 'berth-test/node:1', input: { question: 'why' } });
    await isUp('exact');
    const bare = await visit('/docker/exact?a=b');
    expect([bare.status, bare.headers.location]).toEqual([308, '/docker/exact/?a=b']);
    const headers = { cookie: 'sessionid=portal; theirs=1', 'x-forwarded-for': '6.6.6.6' };
    expect((await visit('/docker/exact/a%2Fb//c?d=%2B&e')).body).toBe('/a%2Fb//c?d=%2B&e');
    const heard = JSON.parse((await visit('/docker/exact/headers', { headers })).body) as Record<string, string>;
    expect(heard).toMatchObject({
      cookie: 'theirs=1',
      'x-forwarded-prefix': '/docker/exact',
      'x-forwarded-host': host,
      'x-forwarded-for': '127.0.0.1',
    });
    const body = randomBytes(5_000_000);
    for (const framing of [{ 'transfer-encoding': 'chunked' }, { 'content-length': String(body.length) }])
      expect((await visit('/docker/exact/upload', { method: 'POST', body, headers: framing })).body).toBe(
        `${body.length}\n`,
      );
    const moved = await visit('/docker/exact/moved');
    expect(moved.headers.location).toBe('/docker/exact/elsewhere');
    expect(String(moved.headers['set-cookie'])).toContain('Path=/docker/exact');
    const socket = await openSocket('/docker/exact/ws');
    socket.destroy();
    await kill('exact');
  });

  test('tells the log and the history of a container', async () => {
    await launch('told', { image_name: 'berth-test/node:1' });
    await isUp('told');
    await visit('/docker/told/a?secret');
    const history = (await (await fetch(`${site}/history/told`)).json()) as [string, string][];
    expect(history.at(-1)?.[1]).toBe('/a');
    const log = await visit('/docker/told/docker-logs');
    expect([log.status, log.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(log.body).toMatch(/^\d{4}-\d\d-\d\dT\S+Z listening: version 1/);
    expect((await visit('/docker/never/docker-logs')).status).toBe(404);
    await kill('told');
  });

  test('stops what was used least recently where memory is short, and starts it again for a visitor', async () => {
    const node = { image_name: 'berth-test/node:1', mem_reservation_mb: 18 };
    await launch('first', node);
    await isUp('first');
    await launch('second', node);
    await isUp('second');
    const socket = await openSocket('/docker/first/ws');
    await launch('third', node);
    await isUp('third');
    expect(await Promise.all(['first', 'second'].map(desired))).toEqual(['running', 'stopped']);
    socket.destroy();
    const waiting = await visit('/docker/second/');
    expect([waiting.status, decodeURIComponent(String(waiting.headers['berth-waiting']))]).toEqual([
      503,
      'The app made room for others. It is being started again.',
    ]);
    await isUp('second');
    const states = await Promise.all(['first', 'second', 'third'].map(desired));
    expect(states.filter((state) => state === 'running')).toHaveLength(2);
    await Promise.all(['first', 'second', 'third'].map(kill));
  });

  test('purges by label, and leaves the rest', async () => {
    await launch('old', { labels: { course: '2025' } });
    await launch('new', { labels: { course: '2026' } });
    const { body } = await operator.call('POST', '/v1/purges', { labels: ['course=2025'] });
    expect(body.results).toMatchObject([{ app: 'old', problem: null }]);
    await waitFor(async () => (await operator.call('GET', '/v1/apps/old')).status === 404, { deadlineMs: 60_000 });
    expect(await desired('new')).toBe('running');
    await kill('new');
  });

  test('brings visitors to a container that was started by hand, and never changes it', async () => {
    const name = `${daemon.site}-by-hand`;
    const id = await engine.containers.create({
      name,
      image: 'berth-test/node:1',
      labels: {},
      env: { PORT: '80' },
      stopGraceSeconds: 1,
      ports: [{ containerPort: 80, protocol: 'tcp', publish: { hostAddress: '127.0.0.1', hostPort: 0 } }],
      volumes: [],
      tmpfs: [],
      limits: { pids: 50 },
      readOnlyRoot: false,
      noNewPrivileges: true,
      log: { maxSizeBytes: 1_000_000, maxFiles: 1 },
    });
    try {
      await engine.containers.start(id);
      await waitFor(async () => (await visit(`/docker/${name}/`)).status === 200, { deadlineMs: 30_000 });
      expect((await visit(`/docker/${name}/x?y`)).body).toBe('/x?y');
      expect((await kill(name)).status).toBe(404);
      expect((await engine.containers.inspect(id)).state).toBe('running');
    } finally {
      await engine.containers.remove(id, { force: true });
    }
    await waitFor(async () => (await visit(`/docker/${name}/`)).status === 503, { deadlineMs: 30_000 });
  });

  test('shows its site at its host, and takes no form of another’s', async () => {
    expect((await visit('/', { headers: { accept: 'text/html' } })).body).toContain('<h1>Containers</h1>');
    const form = { method: 'POST', body: 'container_name=x', headers: { origin: 'https://evil.example' } };
    expect((await visit('/launch/', form)).status).toBe(403);
  });
});
