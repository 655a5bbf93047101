import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findDeadPort, routeTo } from '../testing/app.ts';
import { openTestEdge, type TestEdge } from '../testing/edge.ts';
import { acceptHead, bodyOf, frameOf, openSocket, type SocketApp, startSocketApp } from '../testing/socket-app.ts';
import { openTestPlane, type TestPlane } from '../testing/plane.ts';
import type { RawVisitor } from '../testing/visitor.ts';

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

  test('a visitor who ends its side before the app has answered is heard of by the app, and leaves nothing behind', async () => {
    const app = await start();
    app.server.removeAllListeners('upgrade');
    app.server.on('upgrade', (request, socket) => {
      socket
        .on('error', () => undefined)
        .once('end', () => socket.end())
        .resume();
      void left.promise.then(() => socket.write(acceptHead(request)));
    });
    const left = Promise.withResolvers<void>();
    const visitor = await openSocket(edge.port);
    await expect.poll(() => app.sockets.size).toBe(1);
    visitor.socket.end();
    await expect.poll(() => visitor.socket.writableFinished).toBe(true);
    await turn();
    left.resolve();
    await expect.poll(() => app.sockets.size, { timeout: 5_000 }).toBe(0);
    const underWay = async () => (await edge.facts()).apps['app'];
    await expect.poll(underWay, { timeout: 5_000 }).toMatchObject({ inFlight: 0, openSockets: 0 });
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

describe('a tunnel', () => {
  const idle = { options: { limits: { idleSeconds: 100 } } };
  const PING = Buffer.from([0x89, 0x80, 1, 2, 3, 4]);
  let plane: TestPlane;
  let app: SocketApp;
  const open = async (use?: (socket: Socket) => void): Promise<RawVisitor> => {
    app = await startSocketApp(use);
    apps.push(app);
    plane = await openTestPlane(routeTo([app.target('one')], idle));
    const visitor = await openSocket(plane.port);
    await expect.poll(() => visitor.heard()).toContain('101');
    return visitor;
  };
  afterEach(() => plane.close());
  const bytesIn = (): number | undefined => plane.plane.traffic.facts().apps['app']?.bytesIn;

  test('that is silent both ways for longer than the route allows is ended', async () => {
    const visitor = await open();
    plane.elapse(90_000);
    visitor.socket.write(frameOf('hello'));
    await expect.poll(() => bodyOf(visitor)).toContain('hello');
    plane.elapse(90_000);
    expect(plane.sockets.size).toBe(1);
    plane.elapse(10_000);
    await visitor.closed;
    await expect.poll(() => app.sockets.size).toBe(0);
    expect(plane.plane.inFlight.listAll()).toEqual([]);
  });

  test('is kept by pings, which are no activity of the app’s', async () => {
    const visitor = await open((socket) => socket.resume());
    const idleMs = (): number => Date.now() - (plane.plane.traffic.facts().apps['app']?.lastActivityMs ?? 0);
    for (let at = 1; at <= 3; at += 1) {
      plane.elapse(60_000);
      visitor.socket.write(PING);
      await expect.poll(bytesIn).toBe(PING.length * at);
    }
    expect(plane.sockets.size).toBe(1);
    expect(idleMs()).toBeGreaterThanOrEqual(180_000);
    visitor.socket.write(frameOf('x'));
    await expect.poll(idleMs).toBeLessThan(60_000);
    visitor.socket.destroy();
  });

  test('of which one half has ended is not kept for ever', async () => {
    const visitor = await open((socket) => socket.resume());
    visitor.socket.end();
    await expect.poll(() => app.ends[0]?.readableEnded).toBe(true);
    plane.elapse(59_000);
    expect(plane.sockets.size).toBe(1);
    plane.elapse(1_000);
    await expect.poll(() => plane.sockets.size).toBe(0);
    expect(plane.plane.inFlight.listAll()).toEqual([]);
  });

  test('slows the visitor down when the app does not read, and loses nothing', async () => {
    const size = 24 * 1024 * 1024;
    const visitor = await open((socket) => socket.pause());
    visitor.socket.write(Buffer.alloc(size, 'x'));
    await expect.poll(() => [...plane.sockets][0]?.isPaused(), { timeout: 8_000 }).toBe(true);
    expect(bytesIn()).toBeLessThan(size);
    let got = 0;
    app.ends[0]?.on('data', (bytes: Buffer) => (got += bytes.length));
    app.ends[0]?.resume();
    await expect.poll(() => got, { timeout: 8_000 }).toBe(size);
    visitor.socket.destroy();
  });

  test('carries frames of any size unchanged, both ways at once', async () => {
    const visitor = await open((socket) => void socket.pipe(socket));
    const sent = Buffer.concat(
      [1, 100, 5_000, 12_287, 12_288, 12_289, 70_000, 300_000].map((size) => randomBytes(size)),
    );
    visitor.socket.write(sent);
    await expect.poll(() => bodyOf(visitor).length).toBe(sent.length);
    expect(Buffer.from(bodyOf(visitor), 'latin1').equals(sent)).toBe(true);
    visitor.socket.destroy();
  });
});
