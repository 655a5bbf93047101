import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { routeTo, startApp, type TestApp } from '../testing/app.ts';
import { openTestPlane, type TestPlane } from '../testing/plane.ts';
import { openRaw, type RawVisitor } from '../testing/visitor.ts';

let edge: TestPlane;
let app: TestApp;
let listener: RequestListener;
beforeEach(async () => {
  listener = (_, response) => void response.end('ok');
  app = await startApp((request, response) => listener(request, response));
  const limits = { answerSeconds: 20, idleSeconds: 40 };
  edge = await openTestPlane(routeTo([app.target('one')], { options: { limits } }));
});
afterEach(async () => {
  edge.close();
  await app.close();
});

const GET = 'GET / HTTP/1.1\r\nHost: app.test\r\n\r\n';
const lapse = (ms: number, visitor: RawVisitor): string => {
  edge.elapse(ms);
  return visitor.heard();
};
const isTaken = async (): Promise<void> => expect.poll(() => app.sockets.size).toBe(1);

describe('a visitor’s connection', () => {
  test('that says nothing is ended after half a minute', async () => {
    const visitor = await openRaw(edge.port);
    await expect.poll(() => edge.sockets.size).toBe(1);
    edge.elapse(29_000);
    expect([...edge.sockets][0]?.writableEnded).toBe(false);
    edge.elapse(1_000);
    await visitor.closed;
    expect(visitor.heard()).toBe('');
  });

  test('whose head takes longer than half a minute is told so', async () => {
    const visitor = await openRaw(edge.port, GET.slice(0, 20));
    await expect.poll(() => [...edge.sockets][0]?.bytesRead).toBe(20);
    edge.elapse(20_000);
    visitor.socket.write(GET.slice(20, 30));
    await expect.poll(() => [...edge.sockets][0]?.bytesRead).toBe(30);
    edge.elapse(10_000);
    await visitor.closed;
    expect(visitor.heard()).toMatch(/^HTTP\/1.1 408 /);
  });

  test('waits for the next request a little longer than browsers do', async () => {
    const visitor = await openRaw(edge.port, GET);
    await expect.poll(() => visitor.heard()).toMatch(/ok$/);
    edge.elapse(74_000);
    visitor.socket.write(GET);
    await expect.poll(() => visitor.heard()).toMatch(/ok[^]*ok$/);
    edge.elapse(75_000);
    await visitor.closed;
  });

  test('whose body falls silent for longer than the route allows is told so, and the app is freed', async () => {
    listener = (request) => void request.resume();
    const visitor = await openRaw(edge.port, 'POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 9\r\n\r\nabc');
    await isTaken();
    await expect.poll(() => edge.plane.traffic.facts().apps['app']?.bytesIn).toBe(3);
    for (let at = 0; at < 3; at += 1) {
      edge.elapse(39_000);
      visitor.socket.write('x');
      await expect.poll(() => edge.plane.traffic.facts().apps['app']?.bytesIn).toBe(4 + at);
    }
    edge.elapse(39_000);
    expect(visitor.heard()).toBe('');
    edge.elapse(1_000);
    await visitor.closed;
    expect(visitor.heard()).toMatch(/^HTTP\/1.1 408 /);
    await expect.poll(() => app.sockets.size).toBe(0);
  });

  test('that takes nothing of its answer for a minute is cut, and the app is freed', async () => {
    listener = (_, response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(65_536)));
        response.once('drain', more);
      };
      more();
    };
    const visitor = await openRaw(edge.port, GET);
    visitor.socket.pause();
    await expect.poll(() => [...edge.sockets][0]?.writableLength, { timeout: 8_000 }).toBeGreaterThan(0);
    await expect.poll(() => app.sockets.size).toBe(1);
    edge.elapse(59_000);
    expect(edge.sockets.size).toBe(1);
    edge.elapse(1_000);
    await expect.poll(() => [edge.sockets.size, app.sockets.size]).toEqual([0, 0]);
    visitor.socket.destroy();
  });

  test('is not kept beyond the last of what a refused visitor still sends', async () => {
    listener = (_, response) => void response.writeHead(413).end('no');
    const visitor = await openRaw(edge.port, 'POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 9\r\n\r\nabc');
    await expect.poll(() => visitor.heard()).toContain('413');
    edge.elapse(30_000);
    await visitor.closed;
    expect(visitor.heard().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413']);
  });
});

describe('an app', () => {
  test('that takes longer to answer than the route allows is not waited for', async () => {
    listener = () => undefined;
    const visitor = await openRaw(edge.port, GET);
    await isTaken();
    edge.elapse(19_000);
    expect(visitor.heard()).toBe('');
    edge.elapse(1_000);
    await expect.poll(() => visitor.heard()).toMatch(/^HTTP\/1.1 504 /);
    await expect.poll(() => app.sockets.size).toBe(0);
    visitor.socket.destroy();
  });

  test('that takes no more of a body for longer than the route allows is not waited for', async () => {
    listener = () => undefined;
    const visitor = await openRaw(edge.port, 'POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 99999999\r\n\r\n');
    const chunk = Buffer.alloc(65_536);
    const more = (): void => {
      while (visitor.socket.write(chunk));
      visitor.socket.once('drain', more);
    };
    more();
    await isTaken();
    // What the system takes for the app comes first.
    await expect.poll(() => lapse(10_000, visitor), { timeout: 8_000 }).toMatch(/^HTTP\/1.1 504 /);
    visitor.socket.destroy();
  });

  test('whose answer falls silent for longer than the route allows is cut', async () => {
    listener = (_, response) => void response.write('begun');
    const visitor = await openRaw(edge.port, GET);
    await expect.poll(() => visitor.heard()).toContain('begun');
    edge.elapse(39_000);
    expect(edge.sockets.size).toBe(1);
    edge.elapse(1_000);
    await visitor.closed;
    expect(visitor.heard()).not.toContain('0\r\n\r\n');
    await expect.poll(() => app.sockets.size).toBe(0);
  });
});

test('nothing ticks while nobody is there', async () => {
  const visitor = await openRaw(edge.port, GET);
  await expect.poll(() => visitor.heard()).toMatch(/ok$/);
  visitor.socket.destroy();
  await expect.poll(() => edge.sockets.size).toBe(0);
  edge.elapse(2_000);
  await expect.poll(() => app.sockets.size).toBe(0);
  edge.elapse(0);
  expect([edge.plane.watch.isTicking, edge.plane.visitorWatch.isTicking]).toEqual([false, false]);
});
