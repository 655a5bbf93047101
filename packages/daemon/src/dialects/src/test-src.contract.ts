import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { createDialectServer } from '../../http/dialect-server.ts';
import { openTestApi, type TestApi } from '../../http/test-api.contract.ts';
import type { SrcSettings } from './caller.ts';
import { createSrcDialect } from './src-dialect.ts';

interface Told {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- the point is to read what came
  readonly body: any;
}

/** The dialect over all of Berth but sockets and containers. Images: those of `openTestApi`, and `httpd`. */
export interface TestSrc {
  readonly api: TestApi;
  readonly server: FastifyInstance;
  /** Another one beside it, with other settings. */
  serve(settings: SrcSettings): FastifyInstance;
  /** `POST start-app?name=a`: a method and an endpoint of the facility `demo`, or a whole path. */
  call(
    line: string,
    options?: { readonly by?: FastifyInstance; readonly headers?: Record<string, string> },
  ): Promise<Told>;
  /** The same, of which status and text are all. */
  tell(line: string): Promise<string>;
  /** Creates `httpd--<user>`. */
  create(user: string): Promise<string>;
  /** What `get-app-status` says of the app. */
  state(name: string): Promise<string>;
  close(): Promise<void>;
}

export async function openTestSrc(): Promise<TestSrc> {
  const api = await openTestApi();
  api.engine.controls.addImage({ reference: 'httpd:latest', exposedPorts: [80] });
  const servers: FastifyInstance[] = [];
  const serve = (settings: SrcSettings): FastifyInstance => {
    const dialect = createSrcDialect({ settings, context: api.world, dataFolder: '/nonexistent', log: () => {} });
    const options = { logger: pino({ enabled: false }), readiness: () => ({ ready: true, reason: null }) };
    const one = createDialectServer(dialect, { context: api.world, options });
    servers.push(one);
    return one;
  };
  const server = serve({ open: true });
  const call: TestSrc['call'] = (line, { by = server, headers = {} } = {}) => send(by, line, headers);
  const tell = async (line: string): Promise<string> => {
    const { status, text } = await call(line);
    return `${status} ${text}`;
  };
  return {
    api,
    server,
    serve,
    call,
    tell,
    create: (user) => tell(`POST create-app?image=httpd&user=${encodeURIComponent(user)}`),
    state: async (name) => (await call(`GET get-app-status?name=${encodeURIComponent(name)}`)).body.State as string,
    async close() {
      await Promise.all(servers.map((one) => one.close()));
      await api.close();
    },
  };
}

async function send(by: FastifyInstance, line: string, headers: Record<string, string>): Promise<Told> {
  const [method = '', path = ''] = line.split(' ');
  const url = path.startsWith('/') ? path : `/demo/${path}`;
  const answer = await by.inject({ method: method as 'GET', url, headers });
  const type = String(answer.headers['content-type']);
  return {
    status: answer.statusCode,
    type,
    text: answer.body,
    body: type.includes('json') ? answer.json() : undefined,
  };
}
