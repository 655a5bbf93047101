import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { type IncomingMessage, request as openRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { edgeCalls, edgeProtocol } from '../core/edge-control.ts';
import { routeTo, startApp } from './testing/app.ts';
import { openTestEdge, type TestEdge } from './testing/edge.ts';
import { beginVisit, openRaw, visit } from './testing/visitor.ts';

let edge: TestEdge;
beforeEach(async () => {
  edge = await openTestEdge();
});
afterEach(async () => edge.close());

describe('a session', () => {
  test('begins with who the edge is, and ends with either process', async () => {
    const session = await openSession();
    const [line] = (await once(session, 'data')) as [Buffer];
    expect(JSON.parse(line.toString())).toMatchObject({
      protocol: edgeProtocol,
      pid: process.pid,
      http: ['127.0.0.1:0'],
      addresses: [`127.0.0.1:${edge.port}`],
    });
    session.destroy();
    await expect.poll(() => edge.lines.join('')).toContain('control lost: the last routes stay in force');
  });

  test('does not keep the routes from staying in force when it ends', async () => {
    const app = await startApp();
    await edge.replace(routeTo([app.target('one')]));
    (await openSession()).destroy();
    expect((await visit({ port: edge.port })).status).toBe(200);
    await app.close();
  });
});

describe('orders', () => {
  test('come in by a socket that only this user may use', () => {
    expect(statSync(edge.control).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['a table that is none', edgeCalls.replace, { host: 'x' }],
    ['a change that is none', edgeCalls.apply, { put: 'x' }],
    ['a drain of nothing', edgeCalls.drain, {}],
    ['a stop without a grace', edgeCalls.stop, {}],
    ['no body', edgeCalls.replace, undefined],
    ['an order that nobody knows', { method: 'GET', path: '/secrets' }, undefined],
  ])('with %s are refused and change nothing', async (_, call, body) => {
    await edge.replace(routeTo([], { unavailable: 'As before.' }));
    await expect(edge.order(call, body)).rejects.toThrow(/^40[04]/);
    expect((await visit({ port: edge.port })).body).toContain('As before.');
  });

  test('that change routes get to the disk', async () => {
    await edge.replace(routeTo([]));
    await edge.apply({ put: [routeTo([], { host: 'b.test' })], remove: [{ host: 'app.test', pathPrefix: '/' }] });
    await expect.poll(() => readFileSync(edge.state, 'utf8')).toContain('b.test');
    expect(readFileSync(edge.state, 'utf8')).not.toContain('app.test');
  });

  test('for ten thousand routes are carried out, and a change among them is quick to write', async () => {
    const routes = Array.from({ length: 10_000 }, (_, at) =>
      routeTo([], { host: `app-${at}.test`, unavailable: `${at}` }),
    );
    await edge.replace(...routes);
    await edge.apply({ put: [routeTo([], { host: 'app-5000.test', unavailable: 'Changed.' })], remove: [] });
    expect((await visit({ port: edge.port, host: 'app-5000.test' })).body).toContain('Changed.');
    expect((await visit({ port: edge.port, host: 'app-9999.test' })).body).toContain('9999');
  });
});

describe('stopping', () => {
  test('takes nobody new, lets what is under way end, and cuts what does not', async () => {
    const app = await startApp((_, response) => response.flushHeaders());
    await edge.replace(routeTo([app.target('one')]));
    const idle = await openRaw(edge.port);
    const answer = await beginVisit({ port: edge.port });
    const cut = answer.toArray().catch((error: Error) => error.message);
    await edge.order(edgeCalls.stop, { graceMs: 100 });
    await expect(refused(edge.port)).resolves.toBe('ECONNREFUSED');
    await idle.closed;
    expect(await cut).toBe('aborted');
    await edge.server.ended;
    await app.close();
  });

  test('tells visitors whose connection is kept that it is not any more', async () => {
    const letGo = Promise.withResolvers<void>();
    const app = await startApp((_, response) => void letGo.promise.then(() => response.end('done')));
    await edge.replace(routeTo([app.target('one')]));
    const visitor = await openRaw(edge.port, 'GET / HTTP/1.1\r\nHost: app.test\r\n\r\n');
    await expect.poll(() => app.sockets.size).toBe(1);
    await edge.order(edgeCalls.stop, { graceMs: 10_000 });
    letGo.resolve();
    await visitor.closed;
    expect(visitor.heard()).toMatch(/Connection: close[^]*done/);
    await edge.server.ended;
    await app.close();
  });
});

async function openSession(): Promise<IncomingMessage> {
  const { method, path } = edgeCalls.session;
  const request = openRequest({ socketPath: edge.control, method, path, agent: false });
  request.on('error', () => undefined);
  request.end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return answer.on('error', () => undefined);
}

async function refused(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  return error.code ?? '';
}

test('a visitor who wants an app that is asleep is told of at once, and once a second at most', async () => {
  await edge.replace(routeTo([], { options: { wakes: true } }), routeTo([], { host: 'b.test', app: 'b' }));
  const session = await openSession();
  let heard = '';
  session.setEncoding('utf8').on('data', (part: string) => (heard += part));
  await expect.poll(() => heard).toContain('\n');
  for (let count = 0; count < 5; count += 1) {
    expect((await visit({ port: edge.port })).status).toBe(503);
    await visit({ port: edge.port, host: 'b.test' });
  }
  await expect.poll(() => heard.split('\n').slice(1, -1)).not.toEqual([]);
  const knocks = heard.split('\n').slice(1, -1);
  expect(knocks.every((line) => line === '{"knock":"app"}')).toBe(true);
  expect(knocks.length).toBeLessThan(5);
  session.destroy();
});
