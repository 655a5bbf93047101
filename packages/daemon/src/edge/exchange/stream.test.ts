import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, request as openRequest, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { routeTo, startApp, type TestApp } from '../testing/app.ts';
import { openTestEdge, type TestEdge } from '../testing/edge.ts';
import { beginVisit, openRaw, visit } from '../testing/visitor.ts';

const CHUNK = Buffer.alloc(65_536, 1);

let edge: TestEdge;
let app: TestApp;
let listener: RequestListener;
beforeEach(async () => {
  app = await startApp((request, response) => listener(request, response));
  edge = await openTestEdge();
  await edge.replace(routeTo([app.target('one')]));
});
afterEach(async () => {
  await edge.close();
  await app.close();
});

describe('a stream', () => {
  test('has its head delivered before there is a body', async () => {
    listener = (_, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    const answer = await beginVisit({ port: edge.port });
    expect(answer.headers['content-type']).toBe('text/event-stream');
    answer.destroy();
  });

  test('has each event delivered when it happens', async () => {
    let response: ServerResponse | undefined;
    listener = (_, it) => {
      response = it.writeHead(200, { 'content-type': 'text/event-stream' });
      it.flushHeaders();
    };
    const answer = await beginVisit({ port: edge.port });
    for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
      response?.write(event);
      const [part] = (await once(answer, 'data')) as [Buffer];
      expect(part.toString()).toBe(event);
    }
    answer.destroy();
  });

  test('goes up and down at the same time', async () => {
    listener = (request, response) => void request.pipe(response);
    const request = openRequest({ port: edge.port, method: 'POST', headers: { host: 'app.test' } });
    request.flushHeaders();
    request.write('ping');
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    expect(String((await once(answer, 'data'))[0])).toBe('ping');
    request.end('pong');
    expect(Buffer.concat(await answer.toArray()).toString()).toBe('pong');
  });

  test('has the head of an upload delivered before its body', async () => {
    const arrived = Promise.withResolvers<string | undefined>();
    listener = (request, response) => {
      arrived.resolve(request.headers['content-length']);
      request.resume().once('end', () => response.end());
    };
    const visitor = await openRaw(edge.port, 'PUT / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 3\r\n\r\n');
    expect(await arrived.promise).toBe('3');
    visitor.socket.write('abc');
    await expect.poll(() => visitor.heard()).toContain('200 OK');
    visitor.socket.destroy();
  });
});

describe('a slow side slows the other down', () => {
  test('a visitor who does not read, the app', async () => {
    let written = 0;
    listener = (_, response) => {
      const more = (): void => {
        for (written += CHUNK.length; response.write(CHUNK); written += CHUNK.length);
        response.once('drain', more);
      };
      more();
    };
    const visitor = await openRaw(edge.port, 'GET / HTTP/1.1\r\nHost: app.test\r\n\r\n');
    visitor.socket.pause();
    await settle(() => written);
    expect(written).toBeLessThan(32 * 1024 * 1024);
    visitor.socket.destroy();
  });

  test('an app that does not read, the visitor', async () => {
    listener = () => undefined;
    const request = openRequest({ port: edge.port, method: 'POST', headers: { host: 'app.test' } });
    request.on('error', () => undefined);
    let written = 0;
    const more = (): void => {
      for (written += CHUNK.length; request.write(CHUNK); written += CHUNK.length);
      request.once('drain', more);
    };
    more();
    await settle(() => written);
    expect(written).toBeLessThan(32 * 1024 * 1024);
    request.destroy();
  });
});

describe('whoever leaves is not waited for', () => {
  test('a visitor who leaves before the answer frees the app', async () => {
    const left = Promise.withResolvers<void>();
    listener = (_, response) => void response.once('close', () => left.resolve());
    const visitor = await openRaw(edge.port, 'GET / HTTP/1.1\r\nHost: app.test\r\n\r\n');
    await expect.poll(() => app.sockets.size).toBe(1);
    visitor.socket.destroy();
    await left.promise;
    await expect.poll(async () => (await edge.facts()).apps['app']?.['inFlight']).toBe(0);
    await expect.poll(() => app.sockets.size).toBe(0);
  });

  test('a visitor who leaves within an answer frees the app', async () => {
    const left = Promise.withResolvers<void>();
    listener = (_, response) => {
      response.once('close', () => left.resolve());
      response.write('a');
    };
    const answer = await beginVisit({ port: edge.port });
    answer.destroy();
    await left.promise;
  });

  test('half an upload does not look like a whole one', async () => {
    const outcome = Promise.withResolvers<string>();
    listener = (request) => {
      request.once('end', () => outcome.resolve('whole'));
      request.once('error', () => outcome.resolve('cut'));
      request.resume();
    };
    const visitor = await openRaw(
      edge.port,
      'POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n',
    );
    await expect.poll(() => app.sockets.size).toBe(1);
    visitor.socket.end();
    expect(await outcome.promise).toBe('cut');
  });

  test.each([
    ['chunked', {}],
    ['of a known length', { 'content-length': '10' }],
  ])('half an answer %s does not look like a whole one', async (_, headers) => {
    listener = (_request, response) => {
      response.writeHead(200, headers).write('half');
      setTimeout(() => response.destroy(), 20);
    };
    await expect(visit({ port: edge.port })).rejects.toThrow('aborted');
  });

  test('an app that answers an upload at once need not read it', async () => {
    listener = (_, response) => void response.writeHead(413).end('too much');
    const visitor = await openRaw(edge.port, 'POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 1000000\r\n\r\n');
    await expect.poll(() => visitor.heard()).toContain('too much');
    visitor.socket.write(Buffer.alloc(1_000_000));
    visitor.socket.write('GET / HTTP/1.1\r\nHost: app.test\r\n\r\n');
    await expect.poll(() => visitor.heard().match(/413/g)).toHaveLength(2);
    visitor.socket.destroy();
  });
});

test('nothing of all that ends the edge or is thought unexpected', async () => {
  const reset = await openRaw(edge.port, 'GET / HTTP/1.1\r\nHost: app.test\r\n\r\n');
  reset.socket.resetAndDestroy();
  listener = (request) => void request.socket.resetAndDestroy();
  expect((await visit({ port: edge.port, method: 'POST', body: 'x' })).status).toBe(502);
  expect(edge.lines.join('')).not.toContain('unexpected');
});

/** Resolves when the number has stood still for a while. */
async function settle(read: () => number): Promise<void> {
  let last = -1;
  await expect
    .poll(
      () => {
        const isSettled = last === read() && last > 0;
        last = read();
        return isSettled;
      },
      { interval: 200, timeout: 8_000 },
    )
    .toBe(true);
}
