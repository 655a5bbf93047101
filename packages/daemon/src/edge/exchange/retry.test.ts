import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EdgeTarget } from '../../core/route-table.ts';
import { findDeadPort, routeTo, startApp, type TestApp } from '../testing/app.ts';
import { openTestEdge, type TestEdge } from '../testing/edge.ts';
import { visit } from '../testing/visitor.ts';

let edge: TestEdge;
let app: TestApp;
beforeEach(async () => {
  app = await startApp();
  edge = await openTestEdge();
});
afterEach(async () => {
  await edge.close();
  await app.close();
});

describe('an instance that takes no connection', () => {
  test.each(['GET', 'POST'])('costs no %s: another instance gets it', async (method) => {
    const dead = { instance: 'dead', host: '127.0.0.1', port: await findDeadPort() };
    await edge.replace(routeTo([dead, app.target('alive')]));
    for (let at = 0; at < 4; at += 1) {
      const { status, body } = await visit({ port: edge.port, method, body: method === 'POST' ? 'hello' : '' });
      expect([status, JSON.parse(body)]).toMatchObject([200, { body: method === 'POST' ? 'hello' : '' }]);
    }
    expect((await edge.facts()).apps['app']?.['requests']).toBe(4);
  });

  test('is a 502 when there is no other', async () => {
    await edge.replace(routeTo([{ instance: 'dead', host: '127.0.0.1', port: await findDeadPort() }]));
    const { status, body } = await visit({ port: edge.port });
    expect([status, JSON.parse(body)]).toMatchObject([502, { title: 'The app did not answer' }]);
    expect(body).not.toContain('127.0.0.1');
    expect(edge.lines.join('')).toContain('an instance did not answer');
  });

  test('is left out of what is in flight', async () => {
    await edge.replace(routeTo([{ instance: 'dead', host: '127.0.0.1', port: await findDeadPort() }]));
    await visit({ port: edge.port });
    await edge.drain('dead', 60_000);
  });
});

describe('a kept connection that the app closes under a request', () => {
  test('costs no GET', async () => {
    const fickle = await startFickleApp();
    await edge.replace(routeTo([fickle.target]));
    await visit({ port: edge.port });
    expect((await visit({ port: edge.port })).status).toBe(200);
    expect(fickle.requests).toEqual(['GET', 'GET', 'GET']);
    fickle.close();
  });

  test('is a 502 for a POST: nobody knows what the app did with it', async () => {
    const fickle = await startFickleApp();
    await edge.replace(routeTo([fickle.target]));
    await visit({ port: edge.port });
    expect((await visit({ port: edge.port, method: 'POST', body: 'x' })).status).toBe(502);
    expect(fickle.requests).toEqual(['GET', 'POST']);
    fickle.close();
  });
});

describe('a request that is sent again finds its way by the routes of that moment', () => {
  test('to an instance that was not there when it came', async () => {
    const stuck = await startStuckApp();
    await edge.replace(routeTo([stuck.target]));
    const answer = visit({ port: edge.port });
    await expect.poll(async () => (await edge.facts()).apps['app']?.['inFlight']).toBe(1);
    await edge.replace(routeTo([app.target('new')]));
    expect((await answer).status).toBe(200);
    stuck.close();
  });

  test('nowhere, when nothing leads there any more', async () => {
    const stuck = await startStuckApp();
    await edge.replace(routeTo([stuck.target]));
    const answer = visit({ port: edge.port });
    await expect.poll(async () => (await edge.facts()).apps['app']?.['inFlight']).toBe(1);
    await edge.replace();
    expect((await answer).status).toBe(502);
    stuck.close();
  });
});

test('an app that closes a fresh connection without an answer gets the request once', async () => {
  const requests: string[] = [];
  const rude = await startApp((request) => {
    requests.push(request.method ?? '');
    request.socket.destroy();
  });
  await edge.replace(routeTo([rude.target('rude'), rude.target('twin')]));
  expect((await visit({ port: edge.port })).status).toBe(502);
  expect(requests).toEqual(['GET']);
  await rude.close();
});

test('connections are kept between requests, and closed when they have idled', async () => {
  await edge.replace(routeTo([app.target('one')]));
  for (let at = 0; at < 3; at += 1) await visit({ port: edge.port });
  expect(app.sockets.size).toBe(1);
  await expect.poll(() => app.sockets.size, { timeout: 4_000 }).toBe(0);
});

/** Serves the first request of a connection, and closes it when the second is there. */
async function startFickleApp(): Promise<{
  target: ReturnType<TestApp['target']>;
  requests: string[];
  close: () => void;
}> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let served = 0;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      requests.push(chunk.toString().split(' ')[0] ?? '');
      served += 1;
      if (served === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      else socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { target: { instance: 'fickle', host: '127.0.0.1', port }, requests, close };
}

/** An app that is stopped as a process, and whose queue of connections is full: no more are taken, and none refused. */
async function startStuckApp(): Promise<{ readonly target: EdgeTarget; close(): void }> {
  const program = `const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () =>
    process.stdout.write(String(server.address().port)));`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGSTOP');
  const port = Number(text.toString());
  const waiting = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  await once(waiting[0] as Socket, 'connect');
  return {
    target: { instance: 'stuck', host: '127.0.0.1', port },
    close: () => {
      for (const socket of waiting) socket.destroy();
      child.kill('SIGKILL');
    },
  };
}
