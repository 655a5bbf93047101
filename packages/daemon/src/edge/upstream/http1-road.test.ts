import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { EdgeRoute } from '../../core/route-table.ts';
import { echo, routeTo, startApp } from '../testing/app.ts';
import { openTestPlane, type TestPlane } from '../testing/plane.ts';
import { selfSign } from '../testing/self-signed.ts';
import { answering, type RawApp, startRawApp } from '../testing/raw-app.ts';
import { openRaw, type RawVisitor, visit } from '../testing/visitor.ts';

const GET = 'GET / HTTP/1.1\r\nHost: app.test\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (one) => one.close()));
});
async function open(...routes: EdgeRoute[]): Promise<TestPlane> {
  const edge = await openTestPlane(...routes);
  opened.push(edge);
  return edge;
}
async function start(say?: (socket: Socket, piece: string) => void): Promise<RawApp> {
  const app = await startRawApp(say);
  opened.push(app);
  return app;
}
const answersTo = (visitor: RawVisitor): number => visitor.heard().match(/HTTP\/1\.1 200/g)?.length ?? 0;

describe('a kept connection', () => {
  test('serves one request after the other, the last used first', async () => {
    const app = await start(answering(OK));
    const edge = await open(routeTo([app.target('one')]));
    for (let at = 0; at < 3; at += 1) expect((await visit({ port: edge.port })).body).toBe('ok');
    expect(app.sockets).toHaveLength(1);
  });

  test('that says something unasked is not used again', async () => {
    const app = await start(answering(OK));
    const edge = await open(routeTo([app.target('one')]));
    await visit({ port: edge.port });
    app.sockets[0]?.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil');
    await expect.poll(() => app.sockets[0]?.destroyed).toBe(true);
    expect((await visit({ port: edge.port })).body).toBe('ok');
    expect(app.sockets).toHaveLength(2);
  });

  test.each([
    ['says so', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'],
    ['keeps it for a second only', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: timeout=1\r\n\r\nok'],
    ['speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
  ])('is not kept where the app %s', async (_, answer) => {
    const app = await start(answering(answer));
    const edge = await open(routeTo([app.target('one')]));
    await visit({ port: edge.port });
    await visit({ port: edge.port });
    expect(app.sockets).toHaveLength(2);
  });

  test('is let go when it has idled, before the app would', async () => {
    const app = await start(answering(OK));
    const edge = await open(routeTo([app.target('one')]));
    await visit({ port: edge.port });
    edge.elapse(1_500);
    await expect.poll(() => app.sockets[0]?.destroyed).toBe(true);
  });

  test('leads to the same place: not to where the instance was before', async () => {
    const [first, second] = [await start(answering(OK)), await start(answering(OK))];
    const edge = await open(routeTo([first.target('one')]));
    await visit({ port: edge.port });
    edge.plane.routes.replace([routeTo([second.target('one')])]);
    await visit({ port: edge.port });
    expect([first.sockets.length, second.sockets.length]).toEqual([1, 1]);
  });

  test('is not used again when the app answered before it had the whole request', async () => {
    const app = await start(answering(OK));
    const edge = await open(routeTo([app.target('one')]));
    const visitor = await openRaw(edge.port, 'POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 9\r\n\r\nabc');
    await expect.poll(() => answersTo(visitor)).toBe(1);
    visitor.socket.write(`defghi${GET}`);
    await expect.poll(() => answersTo(visitor)).toBe(2);
    expect(app.sockets).toHaveLength(2);
    visitor.socket.destroy();
  });

  test('is not used again when the app declined an upgrade on it', async () => {
    const app = await start(answering(OK));
    const edge = await open(routeTo([app.target('one')]));
    const headers = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
    await visit({ port: edge.port, headers });
    await visit({ port: edge.port });
    expect(app.sockets).toHaveLength(2);
  });

  test('is one of 64 at most', async () => {
    const waiting: Socket[] = [];
    const app = await start((socket) => {
      waiting.push(socket);
    });
    const edge = await open(routeTo([app.target('one')]));
    const visitors = await Promise.all(Array.from({ length: 80 }, async () => openRaw(edge.port, GET)));
    await expect.poll(() => waiting.length).toBe(80);
    for (const socket of waiting) socket.write(OK);
    await expect.poll(() => visitors.every((visitor) => answersTo(visitor) === 1)).toBe(true);
    await expect.poll(() => app.sockets.filter(({ destroyed }) => !destroyed).length).toBe(64);
    for (const { socket } of visitors) socket.destroy();
  });
});

describe('an answer that cannot be trusted', () => {
  test.each([
    ['has bytes behind its end', `${OK}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`],
    ['has two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok'],
    ['has broken chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n'],
  ])('is a 502 when it %s, and its connection is not used again', async (_, answer) => {
    const app = await start(answering(answer));
    const edge = await open(routeTo([app.target('one')]));
    const { status, body } = await visit({ port: edge.port });
    expect([status, body]).toEqual([502, expect.stringContaining('could not be understood')]);
    await expect.poll(() => app.sockets[0]?.destroyed).toBe(true);
    expect(edge.plane.traffic.facts().apps['app']?.statuses).toEqual([0, 0, 0, 0, 1]);
  });

  test('is cut when some of it has gone out', async () => {
    const app = await start(answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n'));
    const edge = await open(routeTo([app.target('one')]));
    const visitor = await openRaw(edge.port, GET);
    await expect.poll(() => visitor.heard()).toContain('ok');
    app.sockets[0]?.write('zz\r\n');
    await visitor.closed;
    expect(visitor.heard()).not.toMatch(/0\r\n\r\n$|502/);
  });

  test('is cut when it ends before its end', async () => {
    const app = await start(answering('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'));
    const edge = await open(routeTo([app.target('one')]));
    const outcome = visit({ port: edge.port });
    await expect.poll(() => app.sockets.length).toBe(1);
    app.sockets[0]?.end();
    await expect(outcome).rejects.toThrow('aborted');
  });
});

test('an app is reached through a unix socket', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-app-'));
  const socketPath = join(folder, 'app.sock');
  const server = createHttpServer(echo).listen(socketPath);
  await once(server, 'listening');
  const edge = await open(routeTo([{ instance: 'one', host: '', port: 0, socketPath }]));
  expect(JSON.parse((await visit({ port: edge.port, path: '/x' })).body)).toMatchObject({ url: '/x' });
  expect(JSON.parse((await visit({ port: edge.port, method: 'POST', body: 'hello' })).body)).toMatchObject({
    body: 'hello',
  });
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

describe('an app that speaks TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-tls-'));
  const caFile = join(folder, 'ca.pem');
  const { certificatePem, keyPem } = selfSign(['localhost']);
  writeFileSync(caFile, certificatePem);
  afterAll(() => rmSync(folder, { recursive: true }));
  const startSecure = async (): Promise<number> => {
    const server = createHttpsServer({ cert: certificatePem, key: keyPem }, echo).listen(0, '127.0.0.1');
    await once(server, 'listening');
    opened.push({
      close: () => {
        server.closeAllConnections();
        server.close();
      },
    });
    return (server.address() as AddressInfo).port;
  };

  test.each([
    ['whose authority is known', { isTrusted: false, caFile }, 200],
    ['that is trusted whatever it shows', { isTrusted: true }, 200],
    ['that nobody vouches for', { isTrusted: false }, 502],
  ])('%s', async (_, tls, status) => {
    const port = await startSecure();
    const edge = await open(routeTo([{ instance: 'one', host: 'localhost', port, tls }]));
    for (const body of ['hello', 'x'.repeat(100_000)]) {
      const answer = await visit({ port: edge.port, method: 'POST', body });
      expect(answer.status).toBe(status);
      if (status === 200) expect(JSON.parse(answer.body)).toMatchObject({ body });
    }
  });
});

test('an app that lives below a path of its own is asked there', async () => {
  const app = await startApp();
  opened.push(app);
  const edge = await open(routeTo([{ ...app.target('one'), pathBase: '/base' }]));
  expect(JSON.parse((await visit({ port: edge.port, path: '/x?y' })).body)).toMatchObject({ url: '/base/x?y' });
});
