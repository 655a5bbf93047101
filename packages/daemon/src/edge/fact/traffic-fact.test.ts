import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { edgeCalls } from '../../core/edge-control.ts';
import { routeTo, startApp, type TestApp } from '../testing/app.ts';
import { openTestEdge, type TestEdge } from '../testing/edge.ts';
import { openHttp2, visitHttp2 } from '../testing/http2-visitor.ts';
import { selfSign } from '../testing/self-signed.ts';
import { openRaw, visit } from '../testing/visitor.ts';
import type { AccessRecord } from './access-log.ts';

let folder: string;
let app: TestApp;
let edge: TestEdge;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-facts-'));
  app = await startApp((request, response) => {
    request.resume().once('end', () => response.writeHead(request.url === '/no' ? 404 : 200).end('hello'));
  });
  const accessLog = { file: join(folder, 'access.log'), maxBytes: 1_000_000, files: 1 };
  edge = await openTestEdge({ https: ['127.0.0.1:0'], manners: { accessLog } });
  await edge.replace(routeTo([app.target('one')]));
});
afterEach(async () => {
  await edge.close();
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

const records = (): readonly AccessRecord[] =>
  readFileSync(join(folder, 'access.log'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AccessRecord);

test('each request is a line of the access log, the one that no route took too', async () => {
  const { port } = edge;
  await visit({ port, path: '/a?secret=1' });
  await visit({ port, path: '/no', method: 'POST', body: 'abc' });
  await visit({ port, host: 'nowhere.test' });
  await edge.close();
  const usual = { visitor: '127.0.0.1', milliseconds: expect.any(Number), time: expect.stringMatching(/^20.*Z$/) };
  expect(records()).toEqual([
    { ...usual, app: 'app', method: 'GET', host: 'app.test', path: '/a', status: 200, bytesIn: 0, bytesOut: 5 },
    { ...usual, app: 'app', method: 'POST', host: 'app.test', path: '/no', status: 404, bytesIn: 3, bytesOut: 5 },
    { ...usual, app: '-', method: 'GET', host: 'nowhere.test', path: '/', status: 404, bytesIn: 0, bytesOut: 0 },
  ]);
});

test('what could not be read as a request is a line, too, without a word of it', async () => {
  const twoHosts = await openRaw(edge.port, 'GET /secret HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n');
  await twoHosts.closed;
  await edge.order(edgeCalls.certificates, [selfSign(['app.test'])]);
  const session = await openHttp2(edge.securePort);
  expect((await visitHttp2(session, { host: 'other.test' })).status).toBe(400);
  session.destroy();
  await edge.close();
  const line = { app: '-', visitor: '127.0.0.1', method: '-', host: '-', path: '-', status: 400 };
  expect(records()).toMatchObject([line, line]);
});

test('how long requests took is counted once each', async () => {
  const { port } = edge;
  await Promise.all([1, 2, 3].map(async () => visit({ port })));
  const facts = (await edge.facts()) as unknown as {
    apps: Record<string, { latency: { counts: number[]; sumSeconds: number } }>;
  };
  const latency = facts.apps['app']?.latency;
  expect(latency?.counts.reduce((sum, count) => sum + count, 0)).toBe(3);
  expect(latency?.sumSeconds).toBeGreaterThan(0);
});
