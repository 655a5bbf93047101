import { request as openRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { edgeCalls } from '../core/edge-control.ts';
import { routeTo, startApp, type TestApp } from './testing/app.ts';
import { openTestEdge, type TestEdge } from './testing/edge.ts';
import { bodyOf, frameOf, openSocket, startSocketApp } from './testing/socket-app.ts';
import { beginVisit, visit } from './testing/visitor.ts';

const PATIENT = 60_000;

let edge: TestEdge;
let app: TestApp;
let letGo: () => void;
beforeEach(async () => {
  edge = await openTestEdge();
  app = await startApp((request, response) => {
    if (request.url === '/quick') return void response.end('quick');
    response.flushHeaders();
    letGo = () => void response.end('done');
  });
  await edge.replace(routeTo([app.target('old')]));
});
afterEach(async () => {
  await edge.close();
  await app.close();
});

describe('draining an instance', () => {
  test('closes the connections to it that idle, at once', async () => {
    await visit({ port: edge.port, path: '/quick' });
    expect(app.sockets.size).toBe(1);
    await edge.drain('old', PATIENT);
    await expect.poll(() => app.sockets.size, { timeout: 500 }).toBe(0);
  });

  test('lets a request end, then leaves no connection', async () => {
    const answer = await beginVisit({ port: edge.port });
    await edge.replace();
    const drained = edge.drain('old', PATIENT);
    letGo();
    await drained;
    expect(Buffer.concat(await answer.toArray()).toString()).toBe('done');
    await expect.poll(() => app.sockets.size, { timeout: 500 }).toBe(0);
  });

  test('cuts an answer that lasts beyond the grace, and frees the app', async () => {
    const answer = await beginVisit({ port: edge.port });
    const cut = answer.toArray().catch((error: Error) => error.message);
    await edge.replace();
    await edge.drain('old', 20);
    expect(await cut).toBe('aborted');
    await expect.poll(() => app.sockets.size).toBe(0);
  });

  test('answers 503 for a request that has no answer when the grace is over', async () => {
    const mute = await startApp(() => undefined);
    await edge.replace(routeTo([mute.target('mute')]));
    const answer = visit({ port: edge.port });
    await expect.poll(() => mute.sockets.size).toBe(1);
    await edge.drain('mute', 20);
    expect((await answer).status).toBe(503);
    await mute.close();
  });

  test('goes on when the control process that asked for it is gone', async () => {
    const answer = await beginVisit({ port: edge.port });
    await edge.replace();
    const { method, path } = edgeCalls.drain;
    const order = openRequest({ socketPath: edge.control, method, path, agent: false });
    order.on('error', () => undefined);
    order.end(JSON.stringify({ instance: 'old', graceMs: 100 }), () => setTimeout(() => order.destroy(), 20));
    await expect(answer.toArray()).rejects.toThrow('aborted');
  });

  test('can be asked for twice', async () => {
    const answer = await beginVisit({ port: edge.port });
    await edge.replace();
    const both = Promise.all([edge.drain('old', PATIENT), edge.drain('old', PATIENT)]);
    letGo();
    await both;
    await answer.toArray();
  });
});

describe('a WebSocket to a drained instance', () => {
  test('lives through the swap, and until it ends itself', async () => {
    const socketApp = await startSocketApp();
    await edge.replace(routeTo([socketApp.target('old')]));
    const visitor = await openSocket(edge.port);
    await expect.poll(() => visitor.heard()).toContain('101');
    await edge.replace(routeTo([app.target('new')]));
    const drained = edge.drain('old', PATIENT);
    visitor.socket.write(frameOf('still here'));
    await expect.poll(() => bodyOf(visitor)).toContain('still here');
    visitor.socket.end();
    await drained;
    await socketApp.close();
  });

  test('is told "going away" on both ends when the grace is over', async () => {
    const got: Buffer[] = [];
    const socketApp = await startSocketApp((socket) => socket.on('data', (chunk: Buffer) => got.push(chunk)));
    await edge.replace(routeTo([socketApp.target('old')]));
    const visitor = await openSocket(edge.port, frameOf('hello'));
    await expect.poll(() => got.length).toBe(1);
    await edge.replace();
    await edge.drain('old', 20);
    await visitor.closed;
    expect(Buffer.from(bodyOf(visitor), 'latin1').toString('hex')).toBe('880203e9');
    expect(Buffer.concat(got.slice(1)).toString('hex')).toBe('88820000000003e9');
    await socketApp.close();
  });

  test('is told nothing in the middle of a frame', async () => {
    const socketApp = await startSocketApp((socket) => socket.resume().write(Buffer.of(0x82, 10, 1, 2, 3)));
    await edge.replace(routeTo([socketApp.target('old')]));
    const visitor = await openSocket(edge.port);
    await expect.poll(() => bodyOf(visitor)).toHaveLength(5);
    await edge.drain('old', 20);
    await visitor.closed;
    expect(bodyOf(visitor)).toHaveLength(5);
    await socketApp.close();
  });
});
