import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askEngine, callEngine } from '../../scripts/engine-call.ts';
import { removeSite } from '../../scripts/site.ts';
import { packTar } from '../../scripts/tar.ts';
import { waitFor } from '../harness/deadline.ts';
import { findFreePort } from '../harness/free-port.ts';
import { ensureImage } from '../harness/image.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { Operator } from './operator.ts';
import { visit } from './visitor.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LAYOUT = `${ROOT}scripts/layout.ts`;
/** Nothing but a C library and a Node of its own: no shell, no package manager. */
const BASE = 'berth-test/node-runtime:1';
const soon = { deadlineMs: 60_000 };

interface State {
  readonly Running: boolean;
  readonly ExitCode: number;
  readonly Pid: number;
  readonly Health: { readonly Status: string };
}

describeWithEngine('the image of Berth itself', (engineSocket) => {
  const site = `image-${randomBytes(4).toString('hex')}`;
  const image = `berth-test/${site}:1`;
  let id = '';
  let ports: { readonly api: number; readonly edge: number };
  let operator: Operator;

  beforeAll(async () => {
    await ensureImage(engineSocket, 'web', 1);
    await ensureImage(engineSocket, 'node', 1);
    await buildImage(engineSocket, image);
    const [api, edge] = await Promise.all([findFreePort(), findFreePort()]);
    ports = { api, edge };
    id = await createBerth(engineSocket, { image, site, ports });
    await callEngine(engineSocket, `POST /containers/${id}/start`);
  }, 300_000);
  afterAll(async () => {
    await callEngine(engineSocket, `DELETE /containers/${id}?force=1&v=1`);
    await removeSite(engineSocket, site);
    await callEngine(engineSocket, `DELETE /images/${image}?force=1`);
  });

  const stateOf = async () => (await askEngine<{ State: State }>(engineSocket, `GET /containers/${id}/json`)).State;
  const becomeHealthy = () =>
    waitFor(async () => (await stateOf()).Health.Status === 'healthy', { ...soon, what: 'a healthy container' });

  test('is healthy once Berth answers, and runs as nobody in particular', async () => {
    await becomeHealthy();
    const status = readFileSync(`/proc/${(await stateOf()).Pid}/status`, 'utf8');
    expect(/^Uid:\t(\d+)/m.exec(status)?.[1]).toBe('65532');
  });

  test('deploys to the engine whose socket it was given, and brings visitors to the app', async () => {
    const token = await readToken(engineSocket, id);
    operator = new Operator({ apiUrl: `http://127.0.0.1:${ports.api}`, adminToken: token });
    expect((await operator.deploy('shop', { image: 'berth-test/web:1' })).status).toBe(201);
    expect(await visit(ports.edge, 'shop.localhost')).toMatchObject({ status: 200 });
  });

  test('has the command inside, which finds its token', async () => {
    const { code, out } = await runInside(engineSocket, id, ['ls', '--json', '--url', `http://127.0.0.1:${ports.api}`]);
    expect([code, out]).toEqual([0, expect.stringContaining('"shop"')]);
  });

  test('ends in order when it is stopped, and goes on with what it knew when it is started', async () => {
    await callEngine(engineSocket, `POST /containers/${id}/stop?t=30`);
    expect(await stateOf()).toMatchObject({ Running: false, ExitCode: 0 });
    await callEngine(engineSocket, `POST /containers/${id}/start`);
    await becomeHealthy();
    const isServed = async (): Promise<boolean> => (await visit(ports.edge, 'shop.localhost')).status === 200;
    await waitFor(isServed, { ...soon, what: 'the app of before' });
    expect(await operator.status('shop')).toMatchObject({ state: 'running' });
  });
});

async function buildImage(socket: string, name: string): Promise<void> {
  execFileSync(process.execPath, [LAYOUT], { stdio: 'ignore' });
  const paths = globSync(['dist/berth/**', 'packaging/**'], { cwd: ROOT, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`);
  const files = paths.map((path) => ({
    path: path.slice(ROOT.length),
    content: readFileSync(path),
    mode: statSync(path).mode & 0o777,
  }));
  const query = new URLSearchParams({
    t: name,
    dockerfile: 'packaging/Dockerfile',
    buildargs: JSON.stringify({ BASE }),
    forcerm: '1',
  });
  const { status, text } = await callEngine(socket, `POST /build?${query}`, {
    body: packTar([...files, { path: 'dist/berth/data' }]),
    headers: { 'content-type': 'application/x-tar' },
  });
  if (status !== 200 || text.includes('"errorDetail"')) throw new Error(`The image could not be built: ${text}`);
}

interface Wish {
  readonly image: string;
  readonly site: string;
  readonly ports: { readonly api: number; readonly edge: number };
}

/** As `docs/install.md` has it: the engine's socket and its group, and the machine's network. */
async function createBerth(socket: string, { image, site, ports }: Wish): Promise<string> {
  const json = {
    Image: image,
    Env: [
      `BERTH_SITE=${site}`,
      `BERTH_API_LISTEN=127.0.0.1:${ports.api}`,
      `BERTH_EDGE_HTTP=127.0.0.1:${ports.edge}`,
      'BERTH_EDGE_HTTPS=off',
    ],
    HostConfig: {
      NetworkMode: 'host',
      Init: true,
      GroupAdd: [String(statSync(socket).gid)],
      Binds: [`${socket}:/var/run/docker.sock`],
    },
  };
  return (await askEngine<{ Id: string }>(socket, 'POST /containers/create', { json })).Id;
}

/** A tar with one file in it. */
async function readToken(socket: string, id: string): Promise<string> {
  const { text } = await callEngine(socket, `GET /containers/${id}/archive?path=/var/lib/berth/admin.token`);
  return text.slice(512, text.indexOf('\n', 512)).trim();
}

async function runInside(socket: string, id: string, words: readonly string[]) {
  const Cmd = ['/usr/lib/berth/bin/node', '/usr/lib/berth/packages/cli/bin/berth.js', ...words];
  const json = { Cmd, AttachStdout: true, AttachStderr: true, Tty: true };
  const exec = await askEngine<{ Id: string }>(socket, `POST /containers/${id}/exec`, { json });
  const { text } = await callEngine(socket, `POST /exec/${exec.Id}/start`, { json: { Detach: false, Tty: true } });
  const { ExitCode } = await askEngine<{ ExitCode: number }>(socket, `GET /exec/${exec.Id}/json`);
  return { code: ExitCode, out: text };
}
