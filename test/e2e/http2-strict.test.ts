import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { edgeCalls } from '../../packages/daemon/src/core/edge-control.ts';
import { routeTo, startApp, type TestApp } from '../../packages/daemon/src/edge/testing/app.ts';
import { openTestEdge, type TestEdge } from '../../packages/daemon/src/edge/testing/edge.ts';
import { selfSign } from '../../packages/daemon/src/edge/testing/self-signed.ts';
import { connectionTable } from './http2-strict/connection-table.ts';
import { converse, type Fault } from './http2-strict/converse.ts';
import { frameTable } from './http2-strict/frame-table.ts';
import { messageTable } from './http2-strict/message-table.ts';
import type { StrictCase } from './http2-strict/strict-case.ts';

const table = [...connectionTable, ...frameTable, ...messageTable].map((one) => ({
  ...one,
  name: `${one.section} ${one.title}`,
}));
const AT_A_TIME = 4;

/**
 * What the edge does not do by the book, because Node does not: nghttp2 passes over what it takes for late, drops single
 * fields that are malformed, and Node says INTERNAL_ERROR of some errors.
 */
const knownFaults: ReadonlySet<string> = new Set([
  '3.4 a greeting of another protocol',
  '5.1 DATA behind RST_STREAM',
  '5.1 HEADERS behind RST_STREAM',
  '5.1.1 a stream with a smaller number than the one before',
  '6.3 PRIORITY on stream 0',
  '6.7 an answer to no PING',
  '8.1.1 a body longer than it was said, in one piece',
  '8.1.1 a body longer than it was said, in two',
  '8.2.1 a name with a space',
  '8.2.1 a name with a colon',
  '8.2.1 a name with a control byte',
  '8.2.1 a name with a line end',
  '8.2.1 a name of nothing',
  '8.2.1 a value with a zero byte',
  '8.2.1 a value with CR',
  '8.2.1 a value with LF',
  '8.2.1 a value that begins with a space',
  '8.2.1 a value that ends with a tab',
]);

let edge: TestEdge;
let app: TestApp;
let bare: Http2SecureServer;
const sockets = new Set<Socket>();
/** The fields of each request that reached the app: name, value, name, value … */
const heard: (readonly string[])[] = [];
const edgeFaults = new Map<string, string>();
const bareFaults = new Map<string, string>();

beforeAll(async () => {
  [edge, app, bare] = await Promise.all([openTestEdge({ https: ['127.0.0.1:0'] }), startApp(hear), startBare()]);
  await edge.order(edgeCalls.certificates, [selfSign(['app.test'])]);
  await edge.replace(routeTo([app.target('one')]));
  await converseAll(edge.securePort, edgeFaults);
  await converseAll((bare.address() as AddressInfo).port, bareFaults);
}, 300_000);
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  bare.close();
  await edge.close();
  await app.close();
});

test('the table is long enough to mean something', () => {
  expect(table.length).toBeGreaterThanOrEqual(120);
  expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
});

describe('by the book', () => {
  test.each(table.filter(({ name }) => !knownFaults.has(name)))('$name', ({ name }) => {
    expect(edgeFaults.get(name)).toBeUndefined();
  });
});

test('what the edge does otherwise is known', () => {
  expect([...edgeFaults.keys()].toSorted()).toEqual([...knownFaults].toSorted());
});

test('the edge is wrong in nothing in which bare Node is right', () => {
  expect([...edgeFaults].filter(([name]) => !bareFaults.has(name))).toEqual([]);
  expect(edgeFaults.size).toBeLessThanOrEqual(bareFaults.size);
});

test('no field that is malformed reaches the app, nor one that is said of the connection', () => {
  const names = heard.flatMap((fields) => fields.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()));
  expect(heard.length).toBeGreaterThan(10);
  const strange = names.filter((name) => /^$|test|^(?:keep-alive|proxy-connection|upgrade|http2-settings)$/.test(name));
  expect(strange).toEqual([]);
});

/** Node as it comes, with as many streams as the edge has. */
async function startBare(): Promise<Http2SecureServer> {
  const { certificatePem: cert, keyPem: key } = selfSign(['app.test']);
  const server = createSecureServer({ cert, key, settings: { maxConcurrentStreams: 128 } });
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => undefined);
    // One whose connection has broken ends, too.
    const answer = (): unknown => stream.destroyed || stream.respond({ ':status': 200 }, { endStream: true });
    stream.resume().once('end', answer);
  });
  server.on('sessionError', () => undefined);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function hear(request: IncomingMessage, response: ServerResponse): void {
  heard.push(request.rawHeaders);
  request.resume().once('end', () => response.end());
}

async function converseAll(port: number, faults: Map<string, string>): Promise<void> {
  const left = [...table];
  const work = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const fault: Fault = await converse(port, one satisfies StrictCase);
      if (fault !== undefined) faults.set(one.name, fault);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}
