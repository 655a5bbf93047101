import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Dialect } from '../../dialect-kit/dialect.ts';
import { createDialectServer } from '../../http/dialect-server.ts';
import { openTestApi, type TestApi } from '../../http/test-api.contract.ts';
import { createGenisysDialect, type GenisysSettings } from './genisys-dialect.ts';

interface Told {
  readonly status: number;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- the point is to read what came
  readonly body: any;
}

/** The connector over all of Berth but sockets and containers. Images: those of `openTestApi`. */
export interface TestGenisys {
  readonly api: TestApi;
  readonly dialect: Dialect;
  /** What its log was told. */
  readonly log: readonly string[];
  call(line: string, body?: unknown): Promise<Told>;
  /** The same body as text, of any type. */
  send(line: string, payload: string, type: string): Promise<Told>;
  /** Another one on the same apps, as after a restart with other settings. */
  beside(settings: Partial<GenisysSettings>): TestGenisys;
  close(): Promise<void>;
}

export async function openTestGenisys(settings: Partial<GenisysSettings> = {}): Promise<TestGenisys> {
  return over(await openTestApi(), settings);
}

function over(api: TestApi, settings: Partial<GenisysSettings>): TestGenisys {
  const log: string[] = [];
  const dialect = createGenisysDialect({
    settings: { owner: 'genisys', apps: 'all', scaleSeconds: 10, ...settings },
    context: api.world,
    dataFolder: '/nonexistent',
    log: (_level, text) => log.push(text),
  });
  const options = { logger: pino({ enabled: false }), readiness: () => ({ ready: true, reason: null }) };
  const server = createDialectServer(dialect, { context: api.world, options });
  return {
    api,
    dialect,
    log,
    call: (line, body) =>
      send(server, line, body === undefined ? undefined : { payload: JSON.stringify(body), type: 'application/json' }),
    send: (line, payload, type) => send(server, line, { payload, type }),
    beside: (other) => over(api, other),
    async close() {
      await dialect.stop?.();
      await server.close();
      await api.close();
    },
  };
}

async function send(
  server: FastifyInstance,
  line: string,
  body: { readonly payload: string; readonly type: string } | undefined,
): Promise<Told> {
  const [method = '', url = ''] = line.split(' ');
  const given = body === undefined ? {} : { payload: body.payload, headers: { 'content-type': body.type } };
  const answer = await server.inject({ method: method as 'GET', url, ...given });
  const isJson = /json/.test(String(answer.headers['content-type'])) && answer.body !== '';
  return { status: answer.statusCode, text: answer.body, body: isJson ? answer.json() : undefined };
}
