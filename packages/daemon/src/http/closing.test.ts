import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { Ledger } from '../use-cases/ledger.ts';
import { openSource, take } from './stream/event-source.contract.ts';
import { openTestApi, until } from './test-api.contract.ts';

// What does not end by itself is cut after ten seconds: the deadline comes before.
test('a server that closes ends its streams, sockets and waits, and lets go of its connections', {
  timeout: 8000,
}, async () => {
  const api = await openTestApi();
  const url = await api.listen();
  await api.deploy('one');
  const events = await openSource(`${url}/v1/events`, api.token);
  const logs = await openSource(`${url}/v1/apps/one/logs?follow=true`, api.token);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/apps/one/exec?command=cat`, {
    headers: { authorization: `Bearer ${api.token}` },
  });
  const closed = new Promise<number>((resolve) =>
    socket.addEventListener('close', ({ code }: { code: number }) => resolve(code)),
  );
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  api.engine.controls.slow(500);
  const waiting = fetch(`${url}/v1/apps/two?wait=1m`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ image: 'example/app:1' }),
  });
  await until(() => api.world.ledger.books.appIds.has('two'));
  const closing = api.close();
  await Promise.all([take(events, Infinity), take(logs, Infinity)]);
  expect(await closed).toBe(1001);
  expect((await waiting).status).toBe(202);
  await closing;
});

test('who asks a server that closes is told to come back', async () => {
  const api = await openTestApi();
  const { port } = new URL(await api.listen());
  const socket = connect(Number(port), '127.0.0.1');
  let answers = '';
  socket.on('data', (data: Buffer) => (answers += data.toString()));
  // The first request keeps its connection busy while the server begins to close.
  api.engine.controls.slow(200);
  const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.token}\r\n\r\n`;
  socket.write(request('/v1/images'));
  await until(() => api.engine.controls.count('images.list') === 1);
  const closing = api.close();
  socket.write(request('/v1/apps'));
  await until(() => answers.includes('shutting-down'));
  expect(answers).toMatch(/HTTP\/1\.1 503 Service Unavailable/);
  socket.destroy();
  await closing;
});

test('a reader who leaves takes the stream along', async () => {
  const api = await openTestApi();
  const url = await api.listen();
  await api.deploy('one');
  const listening = countListeners(api.world.ledger);
  const sources = await Promise.all(Array.from({ length: 20 }, () => openSource(`${url}/v1/events`, api.token)));
  expect(listening()).toBe(20);
  for (const source of sources) source.close();
  await until(() => listening() === 0);
  await api.close();
});

function countListeners(ledger: Ledger): () => number {
  let count = 0;
  const listen = ledger.listen.bind(ledger);
  ledger.listen = (listener) => {
    const stop = listen(listener);
    let isOver = false;
    count += 1;
    return () => {
      count -= isOver ? 0 : 1;
      isOver = true;
      return stop();
    };
  };
  return () => count;
}

test('sockets that were refused, cut or left by their callers hold up nothing', { timeout: 8000 }, async () => {
  const api = await openTestApi();
  const { port } = new URL(await api.listen());
  await api.deploy('one');
  const offer = `Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n`;
  const auth = `Authorization: Bearer ${api.token}\r\n`;
  const paths = [
    '/v1/apps/one/exec?command=cat',
    '/v1/apps/one/exec',
    '/v1/apps/gone/exec?command=cat',
    '/v1/apps/%zz/exec',
    '/nothing',
    '/v1/apps',
  ];
  const sockets = paths.flatMap((path) =>
    ['', auth].map((header) => {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
      socket.write(`GET ${path} HTTP/1.1\r\n${offer}${header}\r\n`);
      return socket;
    }),
  );
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('data', resolve))));
  const [left, ...others] = sockets.toReversed();
  left?.destroy();
  await api.close();
  await Promise.all(others.map((socket) => until(() => socket.closed || socket.readableEnded || socket.destroyed)));
});

test.each([
  ['/healthz', '{"status":"ok"}'],
  ['/v1/apps/one/exec?command=true', '"code":"malformed-request"'],
])('an offer of another protocol is passed over: %s', async (path, expected) => {
  const api = await openTestApi();
  const { port } = new URL(await api.listen());
  const socket = connect(Number(port), '127.0.0.1');
  const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n';
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.token}\r\n${offer}\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toContain(expected);
  socket.destroy();
  await api.close();
});
