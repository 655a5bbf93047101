import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect as dial, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../../ports/engine.ts';
import { createDockerEngine } from './docker-engine.ts';
import type { DockerTimeouts } from './timeouts.ts';

const bounds = { connectMs: 200, quickMs: 150, startMs: 200, stopExtraMs: 150, idleMs: 200 };

let folder: string;
let socketPath: string;
const closers: (() => unknown)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-connection-'));
  socketPath = join(folder, 's');
});

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  rmSync(folder, { recursive: true });
});

test('an engine that takes the connection and never answers is a timeout, whatever it is asked', async () => {
  await listen(createTcpServer(() => {}));
  const engine = connect();
  const { containers, images } = engine;
  const calls = [
    engine.describe(),
    containers.list([]),
    containers.start('x'),
    containers.stop('x', 0),
    containers.remove('x', { force: true }),
    containers.exec('x', { command: ['true'], tty: false, stdin: true }),
    containers.putArchive('x', '/', Readable.from(['x'])),
    images.pull('x', {}),
    Array.fromAsync(engine.events({ signal: AbortSignal.timeout(5_000) })),
    Array.fromAsync(containers.logs('x', { follow: true, signal: AbortSignal.timeout(5_000) })),
  ];
  await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject({ code: 'engine-timeout' })));
});

test.each([
  ['quick calls', (engine: Engine) => engine.containers.inspect('x')],
  ['a create', (engine: Engine) => engine.volumes.ensure('x', {})],
  ['a stop', (engine: Engine) => engine.containers.stop('x', 0)],
  ['a pull', (engine: Engine) => engine.images.pull('x', {})],
  ['events', (engine: Engine) => Array.fromAsync(engine.events({ signal: AbortSignal.timeout(5_000) }))],
  ['a command', (engine: Engine) => engine.containers.exec('x', { command: ['x'], tty: false, stdin: false })],
])('an engine that goes silent after it told its version is a timeout for %s', async (_what, call) => {
  await serve((_request, _response) => {});
  await expect(call(connect())).rejects.toMatchObject({
    code: 'engine-timeout',
    message: expect.stringContaining('silent'),
  });
});

test('an engine that goes silent in the middle of an answer is a timeout', async () => {
  await serve((_request, response) => void response.writeHead(200).write('{"Id":'));
  await expect(connect().containers.inspect('x')).rejects.toMatchObject({ code: 'engine-timeout' });
});

test('a stream of events may be silent for as long as it likes', async () => {
  await serve((_request, response) => {
    response.writeHead(200).flushHeaders();
    setTimeout(
      () => response.write('{"Type":"container","Action":"start","Actor":{"ID":"a"},"time":1}\n'),
      2 * bounds.quickMs,
    );
  });
  for await (const event of connect().events({ signal: AbortSignal.timeout(5_000) })) {
    expect(event).toEqual({ type: 'container', action: 'start', id: 'a', labels: {}, atMs: 1000 });
    break;
  }
});

test('events that the engine ends in good order, as it shuts down, are an engine that went away', async () => {
  await serve((_request, response) => response.end());
  const listening = Array.fromAsync(connect().events({ signal: AbortSignal.timeout(5_000) }));
  await expect(listening).rejects.toMatchObject({ code: 'engine-unreachable' });
});

test('a pull may last longer than the bound as long as something comes', async () => {
  await serve((_request, response) => {
    let count = 0;
    const timer = setInterval(
      () => (count++ < 6 ? response.write('{"status":"Downloading","id":"a"}\n') : response.end()),
      bounds.idleMs / 3,
    );
    response.on('close', () => clearInterval(timer));
  });
  await connect().images.pull('x', {});
});

test('an answer that breaks off is an engine that went away', async () => {
  await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"Id":');
    setTimeout(() => response.destroy(), 20);
  });
  const engine = connect();
  await expect(engine.containers.inspect('x')).rejects.toMatchObject({ code: 'engine-unreachable' });
  await expect(Array.fromAsync(engine.events({ signal: AbortSignal.timeout(5_000) }))).rejects.toMatchObject({
    code: 'engine-unreachable',
  });
});

test('an error inside a stream that began well is told', async () => {
  await serve((_request, response) =>
    response.end(
      '{"status":"Pulling"}\n{"errorDetail":{"message":"no space left on device"},"error":"write /x: no space left on device"}\n',
    ),
  );
  await expect(connect().images.pull('x', {})).rejects.toMatchObject({ code: 'engine-disk-full' });
});

test('a command whose connection breaks has no exit code', async () => {
  const server = await serve((request, response) => {
    if (request.url?.endsWith('/exec')) response.end('{"Id":"e"}');
    else request.socket.destroy();
  });
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n\u0001\0\0\0\0\0\0\u0005hello');
    setTimeout(() => socket.destroy(), 20);
  });
  const session = await connect().containers.exec('x', { command: ['sleep', '9'], tty: false, stdin: true });
  const output = await Array.fromAsync(session.output);
  // What came in one packet with the headers is there too.
  expect(output.map(({ data }) => data.toString())).toEqual(['hello']);
  session.stdin?.write('too late');
  await expect(session.exitCode()).rejects.toMatchObject({ code: 'engine-unreachable' });
});

test('what answers but is no engine is said to be none', async () => {
  await listen(createTcpServer((socket) => socket.end('220 mail.test ESMTP\r\n')));
  await expect(connect().describe()).rejects.toMatchObject({
    code: 'engine-failed',
    message: expect.stringContaining('does not speak HTTP'),
  });
});

test('JSON that is none is the engine’s failure', async () => {
  await serve((_request, response) => response.end('<html>'));
  await expect(connect().containers.inspect('x')).rejects.toMatchObject({ code: 'engine-failed' });
});

test('a kept connection that the engine closed meanwhile is no failure', async () => {
  let isRude = false;
  await serve((request, response) => {
    if (isRude && request.socket.bytesRead > 0 && seen.has(request.socket)) return void request.socket.destroy();
    seen.add(request.socket);
    response.end('[]');
  });
  const seen = new WeakSet<Socket>();
  const engine = connect();
  expect(await engine.containers.list([])).toEqual([]);
  isRude = true;
  expect(await engine.containers.list([])).toEqual([]);
});

test('a call that may not be sent twice is sent once', async () => {
  let count = 0;
  await serve((request, response) => {
    if (request.method === 'GET') return void response.end('[]');
    count += 1;
    request.socket.destroy();
  });
  const engine = connect();
  await engine.containers.list([]);
  await expect(engine.containers.start('x')).rejects.toMatchObject({ code: 'engine-unreachable' });
  expect(count).toBe(1);
});

test('an engine replaced by one with other versions is asked anew, within the call', async () => {
  const paths: string[] = [];
  let versions = { ApiVersion: '1.41', MinAPIVersion: '1.12' };
  await serve(
    (request, response) => {
      paths.push(request.url ?? '');
      if (request.url?.startsWith(`/v${versions.ApiVersion}/`)) return void response.end('[]');
      response
        .writeHead(400)
        .end(
          '{"message":"client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version"}',
        );
    },
    () => versions,
  );
  const engine = connect();
  await engine.containers.list([]);
  versions = { ApiVersion: '1.52', MinAPIVersion: '1.44' };
  await engine.containers.list([]);
  expect(paths.map((path) => path.split('/')[1])).toEqual(['v1.41', 'v1.41', 'v1.52']);
});

test('calls that come together ask for the version once', async () => {
  let count = 0;
  await serve(
    (_request, response) => response.end('[]'),
    () => {
      count += 1;
      return { ApiVersion: '1.41' };
    },
  );
  const engine = connect();
  await Promise.all([engine.containers.list([]), engine.containers.list([]), engine.containers.list([])]);
  expect(count).toBe(1);
});

test('a source of data that stops without an end is the fault of the source', async () => {
  await serve((request, response) => {
    if (request.method === 'HEAD')
      return void response
        .setHeader('x-docker-container-path-stat', Buffer.from('{"mode":2147484141}').toString('base64'))
        .end();
    request.resume().on('end', () => response.end());
  });
  const tar = new PassThrough();
  tar.write('x');
  setTimeout(() => tar.destroy(), 20);
  await expect(connect().containers.putArchive('x', '/tmp', tar)).rejects.toMatchObject({ code: 'malformed-request' });
});

test('so it is of one that had stopped before it was read', async () => {
  await serve((request, response) => {
    response.setHeader('x-docker-container-path-stat', Buffer.from('{"mode":2147484141}').toString('base64'));
    request.resume().on('end', () => response.end());
  });
  const tar = new PassThrough();
  tar.destroy();
  await expect(connect().containers.putArchive('x', '/tmp', tar)).rejects.toMatchObject({ code: 'malformed-request' });
});

test('a port that nobody listens on, a name nobody knows and a socket that is not there are unreachable', async () => {
  const server = await listenTcp(createTcpServer());
  const port = (server.address() as { port: number }).port;
  server.close();
  for (const host of [`tcp://127.0.0.1:${port}`, 'tcp://no-such-host.invalid:2375', `unix://${socketPath}`]) {
    await expect(connect({}, host).describe()).rejects.toMatchObject({
      code: 'engine-unreachable',
      message: expect.stringContaining('Check'),
    });
  }
});

test('a connection that does not come about is given up', async () => {
  const port = await listenWithoutAccepting();
  // They fill the queue of connections: the next one is neither taken nor refused.
  const waiting = Array.from({ length: 8 }, () => dial(port, '127.0.0.1').on('error', () => {}));
  closers.push(() => waiting.forEach((socket) => socket.destroy()));
  const engine = connect({ connectMs: 100, quickMs: 5_000 }, `tcp://127.0.0.1:${port}`);
  await expect.poll(() => waiting.some((socket) => !socket.connecting)).toBe(true);
  await expect(engine.describe()).rejects.toMatchObject({
    code: 'engine-unreachable',
    message: expect.stringContaining('no connection within 100 ms'),
  });
});

test('closing lets a call that is under way end, and its connection go then', async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  const closed = Promise.withResolvers<void>();
  await serve((request, response) => {
    request.socket.on('close', () => closed.resolve());
    asked.resolve(response);
  });
  const engine = connect({ quickMs: 5_000 });
  const listing = engine.containers.list([]);
  const response = await asked.promise;
  await engine.close();
  response.end('[]');
  expect(await listing).toEqual([]);
  await closed.promise;
});

test('closing leaves no connection open', async () => {
  const open = new Set<Socket>();
  const server = await serve((_request, response) => response.end('[]'));
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  const engine = connect();
  await Promise.all([engine.containers.list([]), engine.containers.list([])]);
  expect(open.size).toBeGreaterThan(0);
  await engine.close();
  await expect.poll(() => open.size).toBe(0);
});

function connect(timeouts: Partial<DockerTimeouts> = {}, host = `unix://${socketPath}`): Engine {
  const engine = createDockerEngine({ name: 'test', host, timeouts: { ...bounds, ...timeouts } });
  closers.push(() => engine.close());
  return engine;
}

type Versions = { readonly ApiVersion: string; readonly MinAPIVersion?: string };

/** An engine of a few lines, which behaves as badly as a test needs. */
function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
  version: () => Versions = () => ({ ApiVersion: '1.41' }),
): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === '/version') response.end(JSON.stringify(version()));
    else answer(request, response);
  });
  closers.push(() => server.closeAllConnections());
  return listen(server);
}

async function listen<Listener extends Server | ReturnType<typeof createTcpServer>>(
  server: Listener,
): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await once(server.listen(socketPath), 'listening');
  closers.push(
    () => server.close(),
    () => sockets.forEach((socket) => socket.destroy()),
  );
  return server;
}

/** A thread that listens and then stands still. */
async function listenWithoutAccepting(): Promise<number> {
  const source = `
    const { parentPort } = require('node:worker_threads');
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const worker = new Worker(source, { eval: true });
  closers.push(() => worker.terminate());
  const [port] = (await once(worker, 'message')) as [number];
  return port;
}

async function listenTcp(server: ReturnType<typeof createTcpServer>) {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}
