import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MemoryEdge } from '../../adapters/memory-edge/memory-edge.ts';
import { routeKey } from '../../core/route-table.ts';
import { addDomain, removeDomain } from '../../use-cases/domains.ts';
import { deployed } from '../../use-cases/test-app.contract.ts';
import { openTestContext, root, type TestContext } from '../../use-cases/test-context.contract.ts';
import { ChpDialect, type ChpDialectParts } from './chp-dialect.ts';

let context: TestContext;
let edge: MemoryEdge;
let folder: string;
let dialect: ChpDialect | undefined;
let base: string;

beforeEach(async () => {
  context = await openTestContext();
  edge = new MemoryEdge();
  folder = mkdtempSync(join(tmpdir(), 'berth-chp-'));
});
afterEach(async () => {
  dialect?.close();
  await context.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(more: Partial<ChpDialectParts['settings']> = {}): Promise<void> {
  const settings = { listen: { host: '127.0.0.1', port: 0 }, token: 'secret', hostRouting: false, ...more };
  const file = join(folder, 'routes.json');
  dialect = new ChpDialect({ settings, context, edge, file, log: () => undefined });
  base = await dialect.open();
}

async function call(method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { authorization: 'token secret' };
  return fetch(`${base}/api/routes${path}`, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  });
}

const post = async (path: string) => (await call('POST', path, { target: 'http://10.0.0.1:8000' })).status;
const places = () => edge.routes.map(routeKey).toSorted();

describe('the route API beside apps', () => {
  test('takes routes for every host that is no app’s', async () => {
    await open();
    expect(await post('/user/zoe')).toBe(201);
    expect(edge.visit('hub.example.org', '/user/zoe/lab')?.instance).toBe('http://10.0.0.1:8000');
    expect((await call('DELETE', '/user/zoe')).status).toBe(204);
    expect(places()).toEqual([]);
  });

  test('is closed without its token', async () => {
    await open();
    expect((await fetch(`${base}/api/routes`, { headers: { authorization: 'token other' } })).status).toBe(403);
    expect((await fetch(`${base}/api/routes`)).status).toBe(403);
  });

  test('may have a host of its own', async () => {
    await open({ host: 'hub.example.org' });
    expect(await post('/user/zoe')).toBe(201);
    expect(places()).toEqual(['hub.example.org/user/zoe']);
  });

  test('has no host left where every one leads to the default app', async () => {
    await context.close();
    context = await openTestContext({ policy: { defaultApp: 'blog' } });
    await open();
    expect(await post('/user/zoe')).toBe(409);
  });

  test('remembers its routes over a restart of the daemon', async () => {
    await open();
    await post('/user/zoe');
    dialect?.close();
    await edge.replace([]);
    await open();
    await expect.poll(places).toEqual(['*/user/zoe']);
    expect(await (await call('GET', '')).json()).toHaveProperty('/user/zoe');
    expect(dialect?.listRoutes().map(routeKey)).toEqual(['*/user/zoe']);
  });

  test('tells that the edge is away, as something to be tried again', async () => {
    await open();
    edge.disconnect();
    expect(await post('/user/zoe')).toBe(503);
    edge.connect();
    await expect.poll(places).toEqual(['*/user/zoe']);
  });
});

describe('an app’s host', () => {
  const hub = { host: 'hub.example.org', pathPrefix: '/', stripPrefix: false };

  test.each(['/blog.localhost/x', '/BLOG.localhost', '/hub.example.org/x', '/a.wild.example.org'])(
    'is never taken: %s',
    async (path) => {
      await deployed(context, root, {
        name: 'blog',
        domains: [{ host: 'hub.example.org' }, { host: '*.wild.example.org' }],
      });
      await open({ hostRouting: true });
      const answer = await call('POST', path, { target: 'http://10.0.0.1' });
      expect([answer.status, await answer.text()]).toEqual([409, 'This host belongs to an app of Berth']);
    },
  );

  test('that was taken before the app had it goes to the app, and comes back after it', async () => {
    await deployed(context, root, 'blog');
    await open({ hostRouting: true });
    expect(await post('/hub.example.org/user')).toBe(201);
    await addDomain(context, root, { name: 'blog', domain: hub });
    await expect.poll(places).not.toContain('hub.example.org/user');
    await removeDomain(context, root, { name: 'blog', ...hub });
    await expect.poll(places).toContain('hub.example.org/user');
  });
});
