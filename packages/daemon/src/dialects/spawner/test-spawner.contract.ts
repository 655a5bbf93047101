import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { SpawnerDialectSettings, spawnerTemplate } from '../../config/spawner-dialect-settings.ts';
import { createDialectServer } from '../../http/dialect-server.ts';
import { openTestApi, type TestApi } from '../../http/test-api.contract.ts';
import { createSpawnerDialect } from './spawner-dialect.ts';

interface Told {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** The dialect over all of Berth but sockets and containers. */
export interface TestSpawner {
  readonly api: TestApi;
  readonly server: FastifyInstance;
  /** As a browser sends a form. */
  post(path: string, form: Readonly<Record<string, string>>): Promise<Told>;
  send(request: SpawnerRequest): Promise<Told>;
  close(): Promise<void>;
}

interface SpawnerRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string | Buffer;
}

const images = { '1': 'example/app:1', two: 'example/app:2', bad: 'example/bad:1', gone: 'example/none:1' };

export async function openTestSpawner(settings: object = {}): Promise<TestSpawner> {
  const api = await openTestApi();
  api.engine.controls.addImage({
    reference: 'example/bad:1',
    exposedPorts: [80],
    program: async ({ write }) => {
      write('stderr', 'no luck\n');
      return 3;
    },
  });
  const parsed = SpawnerDialectSettings.parse({ listen: '127.0.0.1:0', images, ...settings });
  if (parsed === undefined) throw new Error('no settings');
  // In the daemon it is among the policy's: the API keeps it just as well.
  const { name, ...template } = spawnerTemplate(parsed, 'localhost');
  await api.call(`PUT /v1/templates/${name}`, { body: template });
  const dialect = createSpawnerDialect({
    settings: parsed,
    context: api.world,
    dataFolder: '/nonexistent',
    log: () => {},
  });
  const options = { logger: pino({ enabled: false }), readiness: () => ({ ready: true, reason: null }) };
  const server = createDialectServer(dialect, { context: api.world, options });
  const send = async (request: SpawnerRequest): Promise<Told> => {
    const answer = await server.inject(request);
    return { status: answer.statusCode, type: String(answer.headers['content-type']), text: answer.body };
  };
  return {
    api,
    server,
    send,
    post: (path, form) =>
      send({
        method: 'POST',
        url: path,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams(form).toString(),
      }),
    async close() {
      await server.close();
      await api.close();
    },
  };
}
