import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { socketProbe } from './socket-probe.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<{ host: string; port: number }> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

const bounds = { path: '/healthz', connectTimeoutMs: 2000, timeoutMs: 2000 };

test('who listens is well for a tcp probe, who does not is not', async () => {
  const address = await listen(createServer((socket) => socket.on('error', () => {})));
  expect(await socketProbe({ kind: 'tcp', address, ...bounds })).toBeNull();
  const closed = await listen(createServer());
  await new Promise((resolve) => servers.pop()?.close(resolve));
  expect(await socketProbe({ kind: 'tcp', address: closed, ...bounds })).toContain('refused');
});

test.each([
  [200, null],
  [302, null],
  [404, '/healthz answered 404'],
  [503, '/healthz answered 503'],
])('an http probe reads %s as %s', async (status, reason) => {
  const address = await listen(createHttpServer((_request, response) => response.writeHead(status).end()));
  expect(await socketProbe({ kind: 'http', address, ...bounds })).toBe(reason);
});

test('who accepts and never answers is not well after the time is over', async () => {
  const address = await listen(createServer((socket) => socket.on('error', () => {})));
  expect(await socketProbe({ kind: 'http', address, ...bounds, timeoutMs: 50 })).toContain('within 50 ms');
});
