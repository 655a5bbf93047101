import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, type IncomingMessage, request as openRequest } from 'node:http';
import { Agent as SecureAgent, request as openSecureRequest } from 'node:https';
import type { ClientHttp2Session } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../../../../test/harness/deadline.ts';
import { findDeadPort, routeTo, startApp, type TestApp } from '../../edge/testing/app.ts';
import { portOf } from '../../edge/testing/edge.ts';
import { openHttp2, visitHttp2 } from '../../edge/testing/http2-visitor.ts';
import { openSecure } from '../../edge/testing/secure-visitor.ts';
import { selfSign } from '../../edge/testing/self-signed.ts';
import { bodyOf, frameOf, openSocket, startSocketApp } from '../../edge/testing/socket-app.ts';
import { beginVisit, openRaw, visit } from '../../edge/testing/visitor.ts';
import { type EdgeProcess, openEdge } from './open-edge.ts';
import type { EdgeOptions } from './start-process.ts';

let folder: string;
let options: EdgeOptions;
let app: TestApp;
const opened: EdgeProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-renew-'));
  const inside = (name: string): string => join(folder, name);
  options = {
    http: ['127.0.0.1:0'],
    https: ['127.0.0.1:0'],
    controlSocket: inside('edge.sock'),
    stateFile: inside('routes.json'),
    logFile: inside('edge.log'),
  };
  app = await startApp();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (edge) => edge.stop(0).catch(() => undefined)));
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('an edge that is renewed', () => {
  test('is another process at the same addresses, with the same routes, certificates and challenges', async () => {
    const edge = await open();
    const certificate = selfSign(['app.test']);
    await edge.replace([routeTo([app.target('one')])]);
    await edge.putCertificates([certificate]);
    const { pid, addresses, secureAddresses } = edge;
    await edge.renew();
    expect(edge.pid).not.toBe(pid);
    expect([edge.addresses, edge.secureAddresses]).toEqual([addresses, secureAddresses]);
    expect((await visit({ port: portOf(addresses[0]) })).status).toBe(200);
    const visitor = await openSecure(portOf(secureAddresses[0]), 'app.test');
    expect(visitor.getPeerX509Certificate()?.toString()).toBe(certificate.certificatePem);
    visitor.destroy();
    await waitFor(() => !isAlive(pid), { deadlineMs: 10_000, what: 'the end of the one before' });
  });

  test('five times in a row loses no request of visitors who keep their connections, nor of those who do not', async () => {
    const edge = await open();
    await edge.replace([routeTo([app.target('one')])]);
    await edge.putCertificates([selfSign(['app.test'])]);
    const traffic = startTraffic(portOf(edge.addresses[0]), portOf(edge.secureAddresses[0]));
    for (let turn = 0; turn < 5; turn += 1) {
      const before = traffic.answered();
      await waitFor(() => traffic.answered() > before + 300, { deadlineMs: 10_000, what: 'some traffic' });
      await edge.renew();
    }
    const after = traffic.answered();
    await waitFor(() => traffic.answered() > after + 300, { deadlineMs: 10_000, what: 'some traffic' });
    expect(await traffic.stop()).toEqual([]);
  }, 60_000);

  test('lets a download that began before end whole', async () => {
    const rest = Promise.withResolvers<void>();
    const slow = await startApp((_, response) => {
      response.write('begin ');
      void rest.promise.then(() => response.end('end'));
    });
    const edge = await open();
    await edge.replace([routeTo([slow.target('slow')])]);
    const answer = await beginVisit({ port: portOf(edge.addresses[0]) });
    const { pid } = edge;
    await edge.renew();
    expect(isAlive(pid)).toBe(true);
    rest.resolve();
    expect(Buffer.concat(await answer.toArray()).toString()).toBe('begin end');
    await waitFor(() => !isAlive(pid), { deadlineMs: 10_000, what: 'the end of the one before' });
    await slow.close();
  });

  test('lets what is under way by HTTP/2 end, and tells its visitor to come by another connection', async () => {
    const rest = Promise.withResolvers<void>();
    const slow = await startApp((_, response) => void rest.promise.then(() => response.end('done')));
    const edge = await open();
    await edge.replace([routeTo([slow.target('slow')])]);
    await edge.putCertificates([selfSign(['app.test'])]);
    const session = await openHttp2(portOf(edge.secureAddresses[0]));
    const farewell = once(session, 'goaway') as Promise<[number]>;
    const answer = visitHttp2(session);
    await waitFor(() => slow.sockets.size === 1, { deadlineMs: 5_000 });
    await edge.renew();
    expect((await farewell)[0]).toBe(0);
    rest.resolve();
    expect((await answer).body).toBe('done');
    session.destroy();
    await slow.close();
  });

  test('lets a WebSocket that was opened before go on', async () => {
    const chat = await startSocketApp();
    const edge = await open();
    await edge.replace([routeTo([chat.target('chat')])]);
    const visitor = await openSocket(portOf(edge.addresses[0]), frameOf('one'));
    await waitFor(() => bodyOf(visitor).includes('one'), { deadlineMs: 5_000 });
    await edge.renew();
    visitor.socket.write(frameOf('two'));
    await waitFor(() => bodyOf(visitor).includes('two'), { deadlineMs: 5_000 });
    visitor.socket.destroy();
    await chat.close();
  });

  test('goes on with sessions of TLS that were begun before', async () => {
    const edge = await open();
    await edge.putCertificates([selfSign(['app.test'])]);
    const port = portOf(edge.secureAddresses[0]);
    const visitor = await openSecure(port, 'app.test');
    const [session] = (await once(visitor, 'session')) as [Buffer];
    visitor.destroy();
    await edge.renew();
    const again = await openSecure(port, 'app.test', { session });
    expect(again.isSessionReused()).toBe(true);
    again.destroy();
  });

  test('drains an instance only when what began before the renewal has ended too', async () => {
    const rest = Promise.withResolvers<void>();
    const slow = await startApp((_, response) => {
      response.write('a');
      void rest.promise.then(() => response.end('b'));
    });
    const edge = await open();
    await edge.replace([routeTo([slow.target('slow')])]);
    const answer = await beginVisit({ port: portOf(edge.addresses[0]) });
    await edge.renew();
    await edge.renew();
    await edge.replace([]);
    let isDrained = false;
    const drained = edge.drain('slow', 60_000).then(() => (isDrained = true));
    await edge.facts();
    expect(isDrained).toBe(false);
    rest.resolve();
    expect(Buffer.concat(await answer.toArray()).toString()).toBe('ab');
    await drained;
    await slow.close();
  });

  test('carries out orders that come meanwhile, once each', async () => {
    const edge = await open();
    await edge.replace([]);
    const renewed = edge.renew();
    await edge.apply({ put: [routeTo([app.target('one')])], remove: [] });
    await renewed;
    expect((await visit({ port: portOf(edge.addresses[0]) })).status).toBe(200);
    await waitFor(() => readFileSync(options.stateFile, 'utf8').includes('app.test'), { deadlineMs: 5_000 });
  });

  test('is not, and goes on as it was, when the new one does not come up', async () => {
    const edge = await open();
    await edge.replace([routeTo([app.target('one')])]);
    const { pid } = edge;
    const broken = openEdge({ ...options, http: [...options.http, '192.0.2.1:80'] });
    await expect(broken).rejects.toThrow(/was not replaced.*192\.0\.2\.1:80 is no address of this machine/);
    expect(edge.pid).toBe(pid);
    await edge.apply({ put: [routeTo([app.target('one')], { host: 'b.test' })], remove: [] });
    expect((await visit({ port: portOf(edge.addresses[0]), host: 'b.test' })).status).toBe(200);
  });
});

describe('an edge of another version or with other wishes', () => {
  test('gives its place to one with those, without a request lost', async () => {
    const first = await open();
    await first.replace([routeTo([app.target('one')])]);
    const [port, pid] = [portOf(first.addresses[0]), first.pid];
    first.release();
    const traffic = startTraffic(port);
    await waitFor(() => traffic.answered() > 100, { deadlineMs: 10_000 });
    const second = await open({ trustedProxies: ['192.0.2.1'], http: ['127.0.0.1:0', '[::1]:0'] });
    expect(second.pid).not.toBe(pid);
    expect(second.addresses[0]).toBe(`127.0.0.1:${port}`);
    const after = traffic.answered();
    await waitFor(() => traffic.answered() > after + 100, { deadlineMs: 10_000 });
    expect(await traffic.stop()).toEqual([]);
  });

  test('ends first where the new one could not have its addresses beside it', async () => {
    const port = await findDeadPort();
    const first = await open({ http: [`127.0.0.1:${port}`] });
    first.release();
    const second = await open({ http: [`:${port}`] });
    expect(second.pid).not.toBe(first.pid);
    expect((await visit({ port })).status).toBe(404);
  });

  test('is replaced once when two control processes ask for it', async () => {
    const first = await open();
    first.release();
    const wish = { trustedProxies: ['192.0.2.1'] };
    const [one, other] = await Promise.all([open(wish), open(wish)]);
    expect(one.pid).toBe(other.pid);
    expect(one.pid).not.toBe(first.pid);
  });
});

test('the end of an edge that was renewed ends the one before too', async () => {
  const edge = await open();
  const hanging = await startApp((_, response) => response.flushHeaders());
  await edge.replace([routeTo([hanging.target('one')])]);
  const answer = await beginVisit({ port: portOf(edge.addresses[0]) });
  const cut = answer.toArray().catch((error: Error) => error.message);
  const { pid } = edge;
  await edge.renew();
  await edge.stop(100);
  expect(await cut).toBe('aborted');
  await waitFor(() => !isAlive(pid), { deadlineMs: 10_000, what: 'the end of the one before' });
  await hanging.close();
});

test('a visitor who keeps an idle connection is not cut off in the moment of a renewal', async () => {
  const edge = await open();
  await edge.replace([routeTo([app.target('one')])]);
  const request = 'GET / HTTP/1.1\r\nHost: app.test\r\n\r\n';
  const visitor = await openRaw(portOf(edge.addresses[0]), request);
  await waitFor(() => visitor.heard().includes('}'), { deadlineMs: 5_000 });
  await edge.renew();
  visitor.socket.write(request);
  await visitor.closed;
  expect(visitor.heard().match(/200 OK/g)).toHaveLength(2);
  expect(visitor.heard()).toMatch(/Connection: close/i);
});

test('a visitor who was promised before a renewal that the connection is kept may use it once more', async () => {
  const rest = Promise.withResolvers<void>();
  const slow = await startApp((_, response) => {
    response.write('begin ');
    void rest.promise.then(() => response.end('end'));
  });
  const edge = await open();
  await edge.replace([routeTo([slow.target('slow')])]);
  const request = 'GET / HTTP/1.1\r\nHost: app.test\r\n\r\n';
  const visitor = await openRaw(portOf(edge.addresses[0]), request);
  await waitFor(() => visitor.heard().includes('begin'), { deadlineMs: 5_000 });
  await edge.renew();
  rest.resolve();
  await waitFor(() => visitor.heard().includes('end'), { deadlineMs: 5_000 });
  visitor.socket.write(request);
  await visitor.closed;
  expect(visitor.heard().match(/200 OK/g)).toHaveLength(2);
  await slow.close();
});

async function open(more: Partial<EdgeOptions> = {}): Promise<EdgeProcess> {
  const edge = await openEdge({ ...options, ...more });
  opened.push(edge);
  return edge;
}

/** Visitors who come again as soon as they were served; the result of `stop` is what went wrong. */
function startTraffic(port: number, securePort?: number): { answered(): number; stop(): Promise<readonly string[]> } {
  let answered = 0;
  const end = new AbortController();
  const failures: string[] = [];
  const come = async (ask: () => Promise<number>): Promise<void> => {
    while (!end.signal.aborted) {
      const status = await ask().catch((error: unknown) => String(error));
      if (status === 200) answered += 1;
      else failures.push(String(status));
    }
  };
  const kept = new Agent({ keepAlive: true });
  const secure = new SecureAgent({ keepAlive: true, rejectUnauthorized: false, servername: 'app.test' });
  const asks = [
    async () => statusOf(openRequest({ port, host: '127.0.0.1', headers: { host: 'app.test' }, agent: false })),
    async () => statusOf(openRequest({ port, host: '127.0.0.1', headers: { host: 'app.test' }, agent: kept })),
    async () => statusOf(openRequest({ port, host: '127.0.0.1', headers: { host: 'app.test' }, agent: kept })),
  ];
  const secureVisit = { port: securePort, host: '127.0.0.1', headers: { host: 'app.test' }, agent: secure };
  if (securePort !== undefined)
    asks.push(async () => statusOf(openSecureRequest(secureVisit)), askByHttp2(securePort, end.signal));
  const all = Promise.all(asks.map(come));
  return {
    answered: () => answered,
    stop: async () => {
      end.abort();
      await all;
      kept.destroy();
      secure.destroy();
      return failures;
    },
  };
}

/**
 * Over one connection, and another once it is told to take one. A request that it had not sent by then comes back as
 * refused and is made again, as RFC 9113 (8.7) wants it of every client.
 */
function askByHttp2(port: number, end: AbortSignal): () => Promise<number> {
  let session: Promise<ClientHttp2Session> | undefined;
  end.addEventListener('abort', () => void session?.then((one) => one.close()));
  const ask = async (): Promise<number> => {
    const before = await session;
    if (before === undefined || before.closed) session = openHttp2(port);
    return (await visitHttp2((await session) as ClientHttp2Session)).status;
  };
  return async () =>
    ask().catch(async (error: Error) => {
      if (!error.message.includes('NGHTTP2_REFUSED_STREAM')) throw error;
      return ask();
    });
}

async function statusOf(request: ReturnType<typeof openRequest>): Promise<number> {
  request.end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode ?? 0;
}

function isAlive(pid: number): boolean {
  try {
    // An orphan that ended may stay as a zombie where nobody reaps.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
