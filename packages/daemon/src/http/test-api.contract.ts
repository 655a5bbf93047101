import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scope } from '@berth/spec/access';
import { pino } from 'pino';
import { createMemoryEngine, type MemoryEngine } from '../adapters/memory/memory-engine.ts';
import { createMemoryUploads } from '../adapters/memory/memory-uploads.ts';
import { MemoryEdge } from '../adapters/memory-edge/memory-edge.ts';
import { openSqliteStore } from '../adapters/sqlite/open-sqlite-store.ts';
import { systemClock } from '../adapters/system-clock/system-clock.ts';
import type { Role } from '@berth/spec/access';
import { noQuota } from '../core/quota.ts';
import { defaultLimits } from '../core/route-table.ts';
import { defaultUploads } from '../core/upload.ts';
import { ControlLoop } from '../reconcile/control-loop.ts';
import type { World } from '../reconcile/world.ts';
import { createContext, type Policy } from '../use-cases/context.ts';
import { Ledger } from '../use-cases/ledger.ts';
import { ensureAdministrator } from '../use-cases/setup.ts';
import { makeToken } from '../use-cases/token-secret.ts';
import { createHttpServer } from './http-server.ts';
import type { HttpOptions } from './services.ts';

type TestServer = ReturnType<typeof createHttpServer>;

/** The whole of Berth but for the edge's sockets and the engine's containers: those are in memory. */
export interface TestApi {
  readonly server: TestServer;
  readonly world: World;
  readonly engine: MemoryEngine;
  readonly edge: MemoryEdge;
  /** An administrator’s token. */
  readonly token: string;
  /** One request, as the administrator unless another token is given; `null` for none. */
  call(line: string, options?: CallOptions): Promise<CallAnswer>;
  /** Deploys `example/app:1`, with what is given beside, and waits until it serves. */
  deploy(name: string, request?: object): Promise<CallAnswer>;
  /** Makes a token of a user, and the user. */
  tokenFor(user: string, scopes?: readonly Scope[], role?: Role): Promise<string>;
  /** Listens, and gives the address: for streams and sockets. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string | null;
}

interface CallAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Of JSON; else empty. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const policy: Policy = {
  site: 'test',
  defaultEngine: 'local',
  baseDomain: 'localhost',
  defaultApp: null,
  limits: defaultLimits,
  requiresTls: false,
  publicUrl: { scheme: 'http', port: 8080 },
  allowedPrivileges: [],
  publishing: { address: '127.0.0.1', lowestHostPort: 1024 },
  uptimeDays: 396,
  quotas: { perUser: noQuota, appCpus: 1, appMemoryBytes: 512 * 1024 ** 2 },
  uploads: defaultUploads,
  budgets: {},
  mounts: [],
};

/** Opens one, ready; every answer is checked against its schema. Images: `example/app:1` and `:2`, and `example/job:1` without a port. */
export async function openTestApi(options: Partial<HttpOptions> = {}): Promise<TestApi> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-http-'));
  const engine = createMemoryEngine({
    name: 'local',
    images: [
      { reference: 'example/app:1', exposedPorts: [8080] },
      { reference: 'example/app:2', exposedPorts: [8080] },
      { reference: 'example/job:1' },
    ],
  });
  const store = await openSqliteStore(join(folder, 'berth.db'));
  const edge = new MemoryEdge();
  const log = pino({ level: 'silent' });
  const ledger = await Ledger.open(store, systemClock);
  const context = createContext({
    ledger,
    store,
    edge,
    engines: new Map([['local', engine]]),
    clock: systemClock,
    policy,
    uploadFolder: createMemoryUploads(),
  });
  const limits = { log: { maxSizeBytes: 1e6, maxFiles: 1 }, parallel: 50, resyncMs: 60_000, seenMs: 60_000 };
  const world: World = { ...context, log, limits, probe: async () => null };
  const token = (await ensureAdministrator(world)) ?? '';
  const control = new ControlLoop(world, { rebuilding: false });
  control.start();
  const readiness = () => ({ ready: control.unready() === null, reason: control.unready() });
  const server = createHttpServer(world, { logger: log, readiness, checkAnswers: true, ...options });
  await server.ready();
  await until(() => control.unready() === null);
  const close = async (): Promise<void> => {
    await server.close();
    await control.stop();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  };
  const call = (line: string, given: CallOptions = {}): Promise<CallAnswer> => send(server, line, { token, ...given });
  return {
    server,
    world,
    engine,
    edge,
    token,
    call,
    close,
    listen: () => server.listen({ port: 0, host: '127.0.0.1' }),
    deploy: (name, request = {}) =>
      call(`PUT /v1/apps/${name}?wait=5s`, { body: { image: 'example/app:1', ...request } }),
    tokenFor: (user, scopes, role) => tokenFor(world, { user, scopes, role }),
  };
}

async function send(server: TestServer, line: string, { body, headers = {}, token }: CallOptions): Promise<CallAnswer> {
  const [method = '', url = ''] = line.split(' ');
  const authorization = token === null || token === undefined ? {} : { authorization: `Bearer ${token}` };
  const payload = body === undefined ? {} : { payload: body as object };
  const answer = await server.inject({
    method: method as 'GET',
    url,
    headers: { ...authorization, ...headers },
    ...payload,
  });
  const isJson = /json/.test(String(answer.headers['content-type'])) && answer.body !== '';
  return {
    status: answer.statusCode,
    headers: answer.headers as CallAnswer['headers'],
    body: isJson ? answer.json() : {},
    text: answer.body,
  };
}

/** Waits for a condition, with a deadline. */
export async function until(isTrue: () => boolean | Promise<boolean>, deadlineMs = 5000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`not true within ${deadlineMs} ms: ${isTrue.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const usualScopes: readonly Scope[] = ['read', 'deploy', 'operate', 'exec'];

async function tokenFor(
  world: World,
  wish: { user: string; scopes: readonly Scope[] | undefined; role: Role | undefined },
): Promise<string> {
  const { user: name, scopes = usualScopes, role = 'user' } = wish;
  const createdAt = systemClock.now();
  const { token, secret } = makeToken({
    id: systemClock.newId(),
    user: name,
    label: '',
    scopes,
    createdAt,
    expiresAt: null,
  });
  await world.ledger.write((books) => ({
    changes: [
      ...(books.users.has(name) ? [] : [{ kind: 'user.put', user: { name, role, createdAt } } as const]),
      { kind: 'token.put', token },
    ],
    result: null,
  }));
  return secret;
}
