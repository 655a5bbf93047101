import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { createDialectServer } from '../../http/dialect-server.ts';
import { openTestApi, type TestApi } from '../../http/test-api.contract.ts';
import type { HostedSettings } from './hand.ts';
import { createHostedDialect } from './hosted-dialect.ts';

export const secret = 'deploy key';
export const success = { success: true };
export const refused = (reason: string) => ({ success: false, reason });
export const unknown = refused("That container doesn't exist.");

interface Told {
  readonly status: number;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- the point is to read what came
  readonly body: any;
}

/** The dialect over all of Berth but sockets and containers. Images: those of `openTestApi`, and `hub.example/team/shop:1` and `:2`. */
export interface TestHosted {
  readonly api: TestApi;
  readonly server: FastifyInstance;
  /** Another one beside it, with other settings. */
  serve(settings: Partial<HostedSettings>): FastifyInstance;
  /** With the secret, unless `params` has another. */
  post(path: string, params: object, by?: FastifyInstance): Promise<Told>;
  /** The same, of which the body is all. */
  tell(path: string, params: object): Promise<unknown>;
  list(by?: FastifyInstance): Promise<Record<string, unknown>>;
  /** `POST /new` of `hub.example/team/shop:1`. */
  shop(params?: object): Promise<Told>;
  close(): Promise<void>;
}

export async function openTestHosted(): Promise<TestHosted> {
  const api = await openTestApi();
  for (const version of [1, 2]) api.engine.controls.addImage({ reference: `hub.example/team/shop:${version}` });
  const servers: FastifyInstance[] = [];
  const serve = (settings: Partial<HostedSettings>): FastifyInstance => {
    const one = createServer(api, settings);
    servers.push(one);
    return one;
  };
  const server = serve({});
  const post = (path: string, params: object, by = server): Promise<Told> => send(by, path, params);
  return {
    api,
    server,
    serve,
    post,
    tell: async (path, params) => (await post(path, params)).body,
    list: async (by = server) => (await by.inject({ method: 'GET', url: '/' })).json<Record<string, unknown>>(),
    shop: (params = {}) => post('/new', { image: 'hub.example/team/shop:1', ...params }),
    async close() {
      await Promise.all(servers.map((one) => one.close()));
      await api.close();
    },
  };
}

function createServer(api: TestApi, settings: Partial<HostedSettings>): FastifyInstance {
  const usual = { secret: { reveal: () => secret }, listNeedsSecret: false, owner: 'ci', apps: 'all' } as const;
  const dialect = createHostedDialect({
    settings: { ...usual, ...settings },
    context: api.world,
    dataFolder: '/nonexistent',
    log: () => {},
  });
  const options = { logger: pino({ enabled: false }), readiness: () => ({ ready: true, reason: null }) };
  return createDialectServer(dialect, { context: api.world, options });
}

async function send(by: FastifyInstance, url: string, params: object): Promise<Told> {
  const answer = await by.inject({ method: 'POST', url, payload: { secret, ...params } });
  const isJson = /json/.test(String(answer.headers['content-type']));
  return { status: answer.statusCode, text: answer.body, body: isJson ? answer.json() : undefined };
}
