import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findDeadPort, routeTo } from './testing/app.ts';
import { openTestEdge, type TestEdge } from './testing/edge.ts';
import { bodyOf, frameOf, openSocket, type SocketApp, startSocketApp } from './testing/socket-app.ts';

let edge: TestEdge;
const apps: SocketApp[] = [];
const start = async (use?: (socket: Socket) => void): Promise<SocketApp> => {
  const app = await startSocketApp(use);
  apps.push(app);
  await edge.replace(routeTo([app.target('one')]), routeTo([app.target('one')], { host: '127.0.0.1' }));
  return app;
};
beforeEach(async () => {
  edge = await openTestEdge();
});
afterEach(async () => {
  await edge.close();
  await Promise.all(apps.splice(0).map(async (app) => app.close()));
});

describe('a WebSocket', () => {
  test('works for a true client', async () => {
    await start();
    const client = new WebSocket(`ws://127.0.0.1:${edge.port}/ws`);
    await once(client, 'open');
    client.send('hello');
    const [message] = (await once(client, 'message')) as [{ readonly data: string }];
    expect(message.data).toBe('hello');
    client.close();
  });

  test('gets the head of the answer from the app', async () => {
    await start();
    const visitor = await openSocket(edge.port);
    await expect
      .poll(() => visitor.heard())
      .toMatch(/^HTTP\/1.1 101 Switching Protocols\r\n[^]*X-App: yes\r\n[^]*Upgrade: websocket\r\n\r\n/);
    expect(visitor.heard()).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    visitor.socket.destroy();
  });

  test('gets no 101 before the app gives one', async () => {
    let answer: (() => void) | undefined;
    const app = await start();
    app.server.removeAllListeners('upgrade');
    app.server.on('upgrade', (_, socket) => {
      answer = () => void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\nX-Why: so\r\n\r\nnope');
    });
    const visitor = await openSocket(edge.port);
    await expect.poll(() => answer).toBeDefined();
    expect(visitor.heard()).toBe('');
    answer?.();
    await visitor.closed;
    expect(visitor.heard()).toMatch(/^HTTP\/1.1 403 Forbidden\r\n[^]*X-Why: so\r\n[^]*\r\n\r\nnope$/);
  });

  test('is answered with a chunked body where the app does not upgrade', async () => {
    const app = await start();
    app.server.removeAllListeners('upgrade');
    app.server.on('upgrade', (_, socket) => {
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n');
    });
    const visitor = await openSocket(edge.port);
    await visitor.closed;
    expect(bodyOf(visitor)).toBe('abc');
  });

  test('loses no byte that comes right behind the handshake, either way', async () => {
    await start((socket) => {
      socket.write('early');
      socket.pipe(socket);
    });
    const visitor = await openSocket(edge.port, 'eager');
    await expect.poll(() => bodyOf(visitor)).toBe('earlyeager');
    visitor.socket.destroy();
  });

  test('may be ended by one side first', async () => {
    await start((socket) => socket.once('end', () => socket.end('last words')).resume());
    const visitor = await openSocket(edge.port);
    await expect.poll(() => visitor.heard()).toContain('101');
    visitor.socket.end();
    await visitor.closed;
    expect(bodyOf(visitor)).toBe('last words');
    await expect.poll(async () => (await edge.facts()).apps['app']?.['openSockets']).toBe(0);
  });

  test('a visitor who vanishes frees the app, and the other way round', async () => {
    const app = await start();
    const first = await openSocket(edge.port);
    await expect.poll(() => app.ends.length).toBe(1);
    first.socket.resetAndDestroy();
    await expect.poll(() => app.sockets.size).toBe(0);
    const second = await openSocket(edge.port);
    await expect.poll(() => app.ends.length).toBe(2);
    app.ends[1]?.resetAndDestroy();
    await second.closed;
    await expect
      .poll(async () => (await edge.facts()).apps['app'], { timeout: 5_000 })
      .toMatchObject({ inFlight: 0, openSockets: 0 });
  });

  test('a visitor who does not read slows the app down', async () => {
    let written = 0;
    await start((socket) => {
      const more = (): void => {
        for (written += 65_536; socket.write(Buffer.alloc(65_536)); written += 65_536);
        socket.once('drain', more);
      };
      more();
    });
    const visitor = await openSocket(edge.port);
    visitor.socket.pause();
    let before = -1;
    await expect.poll(() => [before === written, (before = written)][0], { interval: 200, timeout: 8_000 }).toBe(true);
    expect(written).toBeLessThan(32 * 1024 * 1024);
    visitor.socket.destroy();
  });

  test('is counted: its handshake, its bytes, and that it is open', async () => {
    await start();
    const visitor = await openSocket(edge.port);
    visitor.socket.write(frameOf('hello'));
    await expect.poll(() => bodyOf(visitor)).toContain('hello');
    expect((await edge.facts()).apps['app']).toMatchObject({
      requests: 1,
      statuses: [1, 0, 0, 0, 0],
      inFlight: 1,
      openSockets: 1,
      bytesIn: 11,
      bytesOut: 7,
    });
    visitor.socket.destroy();
  });
});

describe('a handshake is refused', () => {
  const refusals: readonly [string, () => Promise<void>, number][] = [
    ['at an unknown host', async () => edge.replace(), 404],
    ['at a route without instances', async () => edge.replace(routeTo([])), 503],
    [
      'by an instance that does not listen',
      async () => edge.replace(routeTo([{ instance: 'x', host: '127.0.0.1', port: await findDeadPort() }])),
      502,
    ],
  ];
  test.each(refusals)('%s', async (_, prepare, status) => {
    await prepare();
    const visitor = await openSocket(edge.port);
    await visitor.closed;
    expect(visitor.heard()).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*application/problem`));
  });

  test('by an app that switches to something else', async () => {
    const app = await start();
    app.server.removeAllListeners('upgrade');
    app.server.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    });
    const visitor = await openSocket(edge.port);
    await visitor.closed;
    expect(visitor.heard()).toMatch(/^HTTP\/1.1 502 /);
  });
});

test('an instance that does not listen costs no handshake where another does', async () => {
  const app = await start();
  const dead = { instance: 'dead', host: '127.0.0.1', port: await findDeadPort() };
  await edge.replace(routeTo([dead, app.target('one')]));
  for (let at = 0; at < 2; at += 1) {
    const visitor = await openSocket(edge.port);
    await expect.poll(() => visitor.heard()).toContain('101');
    visitor.socket.destroy();
  }
});
