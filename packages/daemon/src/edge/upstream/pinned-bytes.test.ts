import { afterEach, expect, test } from 'vitest';
import type { UpstreamListener } from '../exchange/upstream.ts';
import { routeTo } from '../testing/app.ts';
import { answering, type RawApp, startRawApp } from '../testing/raw-app.ts';
import { CoarseClock, Watch } from '../watch.ts';
import { createOrigin } from '../wire/origin.ts';
import { findPassage } from '../wire/passage.ts';
import { RequestHead } from '../wire/request-head.ts';
import { Http1Road } from './http1-road.ts';

const GET = Buffer.from('GET / HTTP/1.1\r\nHost: app.test\r\n\r\n');

let app: RawApp;
afterEach(() => app.close());

/** Asks the app, and resolves with the last piece of its answer: where it lies, and what it was when it came. */
async function askFor(road: Http1Road, isTaken: boolean): Promise<{ readonly where: Buffer; readonly what: string }> {
  const target = app.target('one');
  const route = routeTo([target]);
  const head = new RequestHead();
  head.parse(GET, 0, GET.length);
  const { promise, resolve, reject } = Promise.withResolvers<{ where: Buffer; what: string }>();
  let where: Buffer = Buffer.alloc(0);
  let left = Number.POSITIVE_INFINITY;
  const listener: UpstreamListener = {
    informed: () => undefined,
    answered: ({ contentLength }) => (left = contentLength),
    upgraded: () => undefined,
    received: (bytes, start, end) => {
      where = (bytes as Buffer).subarray(start, end);
      left -= end - start;
      // Only the last piece still waits for the visitor.
      return left > 0 || isTaken;
    },
    flushed: () => true,
    finished: () => resolve({ where, what: where.toString() }),
    drained: () => undefined,
    failed: reject,
  };
  const origin = createOrigin({ address: '127.0.0.1', isTrusted: false, scheme: 'http' });
  const passage = findPassage(route, target);
  road.open({ head, route, target, origin, passage, isRepeated: false }, listener).end(undefined);
  return promise;
}

test.each([
  ['small', 2_000],
  ['large', 900_000],
])('the last piece of a %s answer is not read over before the visitor has it', async (_, size) => {
  let letter = 'a';
  app = await startRawApp((socket, piece) => {
    answering(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n${letter.repeat(size)}`)(socket, piece);
  });
  const clock = new CoarseClock();
  const road = new Http1Road({ clock, watch: new Watch(clock) });
  const first = await askFor(road, false);
  letter = 'b';
  for (let at = 0; at < 3; at += 1) expect((await askFor(road, true)).what).toMatch(/^b+$/);
  expect(first.where.toString()).toBe(first.what);
  expect(app.sockets).toHaveLength(1);
});
