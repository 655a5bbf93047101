import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  request as openRequest,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Example, Step } from './example.contract.ts';

const TOKEN = 'secret';
/** After this long without an answer there will be none. */
const SILENCE_MS = 2_000;
const START_MS = 20_000;

/** What the program said to one example. */
export interface Heard {
  readonly says: string;
  /** Null where it never answered. */
  readonly answers: readonly (Answer | null)[];
}

/** A program that is started once, and asked one example after the other; all of them have its flags. */
export interface Asked {
  ask(example: Example): Promise<Heard>;
  /** Ends it as its user would; resolves with its exit code. */
  end(): Promise<number | null>;
}

export async function startAsking(command: readonly string[], flags: readonly string[]): Promise<Asked> {
  // The original cannot be asked which ports it got, and one that was free may be somebody's a moment later.
  for (let attempt = 1; ; attempt += 1) {
    const stage = await openStage();
    const program = start(stage, [...command, ...stage.flags(flags)]);
    if (await isUp(stage, program)) return createAsked(stage, program);
    await stage.close();
    if (attempt === 3) throw new Error(`The program did not start (exit code ${program.exitCode}).`);
  }
}

function createAsked(stage: Stage, program: ChildProcess): Asked {
  return {
    ask: async ({ says, steps }) => {
      const answers: (Answer | null)[] = [];
      for (const step of steps) answers.push(await ask(stage, step));
      await removeRoutes(stage);
      return { says, answers };
    },
    end: async () => {
      const exit = once(program, 'exit') as Promise<[number | null]>;
      program.kill('SIGTERM');
      const [exitCode] = await exit;
      await stage.close();
      return exitCode;
    },
  };
}

interface Stage {
  /** Goes with the stage, and all that the program leaves in it. */
  readonly folder: string;
  readonly proxyPort: number;
  readonly apiPort: number;
  flags(more: readonly string[]): readonly string[];
  fill(text: string): string;
  blank(text: string): string;
  close(): Promise<void>;
}

async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-chp-test-'));
  const socket = join(folder, 'app.sock');
  for (const name of ['404', 'error']) writeFileSync(join(folder, `${name}.html`), `<p>The page ${name}\n`);
  const [app, unix] = [createServer(tell), createServer(tell)];
  app.listen(0, '127.0.0.1');
  unix.listen(socket);
  await Promise.all([once(app, 'listening'), once(unix, 'listening')]);
  const [dead, proxyPort, apiPort] = await findFreePorts(3);
  const names = new Map([
    ['{target}', `127.0.0.1:${(app.address() as AddressInfo).port}`],
    ['{dead}', `127.0.0.1:${dead}`],
    ['{proxy}', `127.0.0.1:${proxyPort}`],
    ['{socket}', encodeURIComponent(socket)],
    ['{pages}', folder],
  ]);
  const fill = (text: string): string =>
    [...names].reduce((filled, [name, value]) => filled.replaceAll(name, value), text);
  return {
    folder,
    proxyPort: proxyPort ?? 0,
    apiPort: apiPort ?? 0,
    fill,
    blank: (text) => [...names].reduce((blank, [name, value]) => blank.replaceAll(value, name), text),
    flags: (more) => [
      '--ip=127.0.0.1',
      `--port=${proxyPort}`,
      '--api-ip=127.0.0.1',
      `--api-port=${apiPort}`,
      ...more.map(fill),
    ],
    close: async () => {
      for (const server of [app, unix]) closeAll(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An app that answers with what it was asked; a part of the path may ask for more. */
const tell: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const { method, url = '', headers } = request;
    const [, location, redirect] = /(\/redirect)(?:\/(\d{3}))?/.exec(url) ?? [];
    const [, status = '200'] = /\/status\/(\d{3})/.exec(url) ?? [];
    const named = Object.entries(headers).filter(([name]) =>
      /^(?:host|cookie|x-[ab]|x-forwarded-(?:for|host|proto))$/.test(name),
    );
    if (location !== undefined) response.setHeader('Location', headers['x-location'] ?? '');
    response.writeHead(location === undefined ? Number(status) : Number(redirect ?? 302), {
      'Content-Type': 'application/json; v=1',
    });
    response.end(
      JSON.stringify({
        method,
        url,
        headers: Object.fromEntries(named),
        body: Buffer.concat(chunks).toString(),
      }),
    );
  });
};

async function removeRoutes(stage: Stage): Promise<void> {
  const { body = {} } = (await ask(stage, { ask: 'GET /api/routes' })) ?? {};
  for (const path of Object.keys(body as object)) await ask(stage, { ask: `DELETE /api/routes${encodeURI(path)}` });
}

function start(stage: Stage, [program = '', ...argv]: readonly string[]): ChildProcess {
  const env = { PATH: '/usr/bin:/bin', TMPDIR: stage.folder, CONFIGPROXY_AUTH_TOKEN: TOKEN };
  // Its words are many, and not compared.
  return spawn(program, argv, { stdio: 'ignore', env });
}

async function isUp(stage: Stage, program: ChildProcess): Promise<boolean> {
  const untilMs = Date.now() + START_MS;
  while (Date.now() < untilMs && program.exitCode === null) {
    const answer = await ask(stage, { ask: 'GET /api/routes' });
    if (answer?.status === 200) return true;
    await delay(20);
  }
  program.kill('SIGKILL');
  return false;
}

async function ask(stage: Stage, step: Step): Promise<Answer | null> {
  const [method = '', path = ''] = stage.fill(step.ask).split(' ');
  const isApi = (step.at ?? (path.startsWith('/api') ? 'api' : 'proxy')) === 'api';
  const authorization = isApi ? { authorization: `token ${TOKEN}` } : {};
  const headers = fillAll(stage, { ...authorization, ...step.headers });
  const port = isApi ? stage.apiPort : stage.proxyPort;
  const request = openRequest({
    port,
    host: '127.0.0.1',
    method,
    path,
    headers,
    agent: false,
    signal: AbortSignal.timeout(SILENCE_MS),
  });
  request.end(typeof step.body === 'object' ? stage.fill(JSON.stringify(step.body)) : step.body);
  try {
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    return await readAnswer(stage, answer);
  } catch {
    return null;
  }
}

function fillAll(stage: Stage, headers: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.entries(headers).filter(([, value]) => value !== '');
  return Object.fromEntries(given.map(([name, value]) => [name, stage.fill(value)]));
}

async function readAnswer(stage: Stage, answer: IncomingMessage): Promise<Answer> {
  const chunks = (await answer.toArray()) as Buffer[];
  const text = stage
    .blank(Buffer.concat(chunks).toString())
    .replaceAll(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/g, '"{moment}"');
  const { 'content-type': type, location } = answer.headers;
  return {
    status: answer.statusCode ?? 0,
    ...(type === undefined || type.startsWith('text/plain') ? {} : { type }),
    ...(location === undefined ? {} : { location: stage.blank(location) }),
    ...(text === ''
      ? {}
      : { body: type?.startsWith('application/json') === true ? (JSON.parse(text) as unknown) : text }),
  };
}

async function findFreePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) closeAll(server);
  return ports;
}

function closeAll(server: Server): void {
  server.close();
  server.closeAllConnections();
}
