import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type EdgeProcess, openEdge } from '../../packages/daemon/src/adapters/edge-process/open-edge.ts';
import { routeTo, startApp, type TestApp } from '../../packages/daemon/src/edge/testing/app.ts';
import { portOf } from '../../packages/daemon/src/edge/testing/edge.ts';
import { visit } from '../../packages/daemon/src/edge/testing/visitor.ts';

const MEBIBYTE = 1024 * 1024;
const HEAD = 'GET / HTTP/1.1\r\nHost: app.test\r\n';
/** Far above what such a connection costs, far below what an edge that holds all it is told would need. */
const MOST_PER_CONNECTION = 160 * 1024;

let folder: string;
let edge: EdgeProcess;
let app: TestApp;
let port: number;
const hostile = new Set<Socket>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-hostile-'));
  app = await startApp((request, response) => {
    if (request.url === '/large') return sendLarge(response);
    request.resume().once('end', () => response.end('ok'));
  });
  edge = await openEdge({
    http: ['127.0.0.1:0'],
    controlSocket: join(folder, 'edge.sock'),
    stateFile: join(folder, 'routes.json'),
    logFile: join(folder, 'edge.log'),
  });
  port = portOf(edge.addresses[0]);
  await edge.replace([routeTo([app.target('one')])]);
  for (let at = 0; at < 200; at += 1) await visit({ port });
});
afterEach(async () => {
  const leaving = [...hostile].map(async (socket) => {
    socket.destroy();
    if (!socket.closed) await once(socket, 'close');
  });
  await Promise.all(leaving);
  hostile.clear();
});
afterAll(async () => {
  await edge.stop(0);
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('others are served and memory stays bounded, while', () => {
  test('800 visitors send a head byte by byte', async () => {
    await flood({ count: 800, bytes: HEAD.slice(0, 20), goOn: (socket) => socket.write('a') });
  });

  test('300 visitors send heads that do not end', async () => {
    await flood({ count: 300, bytes: `${HEAD}X: ${'x'.repeat(31_000)}`, goOn: (socket) => socket.write('x') });
  });

  test('300 visitors send a body byte by byte', async () => {
    await flood({
      count: 300,
      bytes: `POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 100000\r\n\r\n`,
      goOn: (socket) => socket.write('a'),
    });
  });

  test('300 visitors send a chunk size that does not end', async () => {
    await flood({
      count: 300,
      bytes: `POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n`,
      goOn: (socket) => socket.write('0'),
    });
  });

  test('100 visitors ask for much and read nothing', async () => {
    await flood({ count: 100, bytes: `GET /large HTTP/1.1\r\nHost: app.test\r\n\r\n`, isReading: false });
  });

  test('100 visitors ask a thousand times at once and read nothing', async () => {
    await flood({ count: 100, bytes: `${HEAD}\r\n`.repeat(1_000), isReading: false });
  });

  test('900 visitors come and say nothing', async () => {
    await flood({ count: 900, bytes: '' });
  });
});

test('all of it leaves nothing behind', async () => {
  await expect.poll(async () => (await edge.facts()).apps['app']?.inFlight, { timeout: 10_000 }).toBe(0);
  await expect.poll(() => app.sockets.size, { timeout: 10_000 }).toBeLessThan(64);
});

interface Flood {
  readonly count: number;
  readonly bytes: string;
  /** What each of them does again and again. */
  readonly goOn?: (socket: Socket) => unknown;
  readonly isReading?: boolean;
}

/** Others come 200 times while the hostile ones go on. */
async function flood({ count, bytes, goOn = () => undefined, isReading = true }: Flood): Promise<void> {
  const before = residentBytes();
  await Promise.all(Array.from({ length: count }, async () => openHostile(bytes, isReading)));
  let highest = 0;
  for (let round = 0; round < 20; round += 1) {
    for (const socket of hostile) if (socket.writable) goOn(socket);
    for (let at = 0; at < 10; at += 1) expect((await visit({ port })).status).toBe(200);
    highest = Math.max(highest, residentBytes());
  }
  expect(highest - before).toBeLessThan(32 * MEBIBYTE + count * MOST_PER_CONNECTION);
}

async function openHostile(bytes: string, isReading: boolean): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  hostile.add(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (isReading) socket.resume();
  else socket.pause();
  socket.write(bytes);
}

function residentBytes(): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${edge.pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

/** 64 MiB, as fast as they are taken. */
function sendLarge(response: ServerResponse): void {
  const piece = Buffer.alloc(256 * 1024);
  let left = 256;
  const send = (): void => {
    while (left > 0) {
      left -= 1;
      if (!response.write(piece)) return void response.once('drain', send);
    }
    response.end();
  };
  send();
}
