import { describe, expect, test } from 'vitest';
import type { EdgeRoute, EdgeTarget } from '../../core/route-table.ts';
import { AnswerHead, type BodyKind } from './answer-head.ts';
import { bytesOf } from './byte.ts';
import { type AnswerOrder, changesPlaces, composeAnswer } from './compose-answer.ts';
import { pairsOfAnswer } from './field-pairs.ts';
import { createPassage } from './passage.ts';
import { headState } from './request-head.ts';
import { Slab } from './slab.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const target: EdgeTarget = { instance: 'one', host: '10.0.0.2', port: 3000 };
const route: EdgeRoute = {
  host: 'x.test',
  pathPrefix: '/',
  stripPrefix: false,
  app: 'a',
  targets: [target],
  unavailable: null,
};
const usual: AnswerOrder = {
  speaks: 'http1.1',
  isAnswerToHead: false,
  keepsAlive: true,
  passage: createPassage(route, target),
  host: 'x.test:8080',
  extra: undefined,
  dateLine: undefined,
};

describe('the visitor gets', () => {
  type Case = readonly [title: string, sent: string, received: string, order?: Partial<AnswerOrder>];
  const old = { speaks: 'http1.0' } as const;
  const cases: readonly Case[] = [
    [
      'the fields as they came',
      `${OK}Server:  a\r\nContent-Length: 5\r\nX: b\r\n\r\n`,
      `${OK}Server:  a\r\nX: b\r\nContent-Length: 5\r\n\r\n`,
    ],
    [
      'HTTP/1.1 for HTTP/1.0',
      'HTTP/1.0 404 Not here\r\nContent-Length: 5\r\n\r\n',
      'HTTP/1.1 404 Not here\r\nContent-Length: 5\r\n\r\n',
    ],
    [
      'a space where a reason is missing',
      'HTTP/1.1 200\r\nContent-Length: 5\r\n\r\n',
      'HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\n',
    ],
    ['one length', `${OK}Content-Length: 00\r\n\r\n`, `${OK}Content-Length: 0\r\n\r\n`],
    [
      'one coding',
      `${OK}transfer-encoding: CHUNKED\r\nTrailer: X-Sum\r\n\r\n`,
      `${OK}Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n`,
    ],
    [
      'chunks where the app would end the connection',
      `${OK}Connection: close\r\nTrailer: X-Sum\r\n\r\n`,
      `${OK}Transfer-Encoding: chunked\r\n\r\n`,
    ],
    [
      'the length that answers HEAD',
      `${OK}Content-Length: 5\r\n\r\n`,
      `${OK}Content-Length: 5\r\n\r\n`,
      { isAnswerToHead: true },
    ],
    ['no coding that answers HEAD', `${OK}Transfer-Encoding: chunked\r\n\r\n`, `${OK}\r\n`, { isAnswerToHead: true }],
    ['the length of 304', 'HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n', 'HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n'],
    ['no length of 204', 'HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\n', 'HTTP/1.1 204 X\r\n\r\n'],
    [
      'word that the connection closes',
      `${OK}Content-Length: 5\r\n\r\n`,
      `${OK}Content-Length: 5\r\nConnection: close\r\n\r\n`,
      { keepsAlive: false },
    ],
    [
      'HTTP/1.0 that stays',
      `${OK}Content-Length: 5\r\n\r\n`,
      `${OK}Content-Length: 5\r\nConnection: keep-alive\r\n\r\n`,
      old,
    ],
    [
      'HTTP/1.0 that does not stay',
      `${OK}Content-Length: 5\r\n\r\n`,
      `${OK}Content-Length: 5\r\nConnection: close\r\n\r\n`,
      { ...old, keepsAlive: false },
    ],
    [
      'no chunks on HTTP/1.0',
      `${OK}Transfer-Encoding: chunked\r\nTrailer: a\r\n\r\n`,
      `${OK}Connection: close\r\n\r\n`,
      old,
    ],
    [
      'HTTP/1.0 that stays behind an answer to HEAD',
      `${OK}Transfer-Encoding: chunked\r\n\r\n`,
      `${OK}Connection: keep-alive\r\n\r\n`,
      { ...old, isAnswerToHead: true },
    ],
    [
      'an interim answer',
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: close\r\n\r\n',
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
      { keepsAlive: false, extra: bytesOf('A: b\r\n') },
    ],
    [
      'a WebSocket',
      'HTTP/1.1 101 X\r\nUpgrade: WebSocket\r\nSec-WebSocket-Accept: a\r\nConnection: keep-alive, upgrade\r\n\r\n',
      'HTTP/1.1 101 X\r\nSec-WebSocket-Accept: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
    [
      'what is added, and a date',
      `${OK}Content-Length: 5\r\n\r\n`,
      `${OK}A: b\r\nDate: now\r\nContent-Length: 5\r\n\r\n`,
      { extra: bytesOf('A: b\r\n'), dateLine: bytesOf('Date: now\r\n') },
    ],
    [
      'the app’s date rather than the edge’s',
      `${OK}Date: then\r\nContent-Length: 5\r\n\r\n`,
      `${OK}Date: then\r\nContent-Length: 5\r\n\r\n`,
      { dateLine: bytesOf('Date: now\r\n') },
    ],
  ];
  const named = cases.map(([title, sent, received, order = {}]) => ({ title, sent, received, order }));
  test.each(named)('$title', ({ sent, received, order }) => {
    expect(compose(sent, order)).toBe(received);
  });
});

describe('the visitor does not get', () => {
  test.each([
    'Connection: keep-alive',
    'Keep-Alive: timeout=5',
    'Proxy-Connection: close',
    'Proxy-Authenticate: Basic',
    'Upgrade: h2c',
    'TE: a',
    'Trailer: a',
    'Transfer_Encoding: chunked',
    'Content_Length: 7',
    'Connection: X-Inner\r\nX-Inner: 1\r\nx_inner: 2',
  ])('%s', (line) => {
    expect(compose(`${OK}A: b\r\n${line}\r\nContent-Length: 5\r\nC: d\r\n\r\n`)).toBe(
      `${OK}A: b\r\nC: d\r\nContent-Length: 5\r\n\r\n`,
    );
  });

  test('framing that Connection nominates, but the framing that is needed', () => {
    expect(compose(`${OK}Connection: content-length\r\nContent-Length: 5\r\n\r\n`)).toBe(
      `${OK}Content-Length: 5\r\n\r\n`,
    );
  });
});

describe('how the body goes out is said', () => {
  const cases: readonly (readonly [framing: string, order: Partial<AnswerOrder>, expected: BodyKind])[] = [
    ['Content-Length: 5\r\n', {}, 'length'],
    ['Content-Length: 5\r\n', { isAnswerToHead: true }, 'none'],
    ['Transfer-Encoding: chunked\r\n', {}, 'chunked'],
    ['', {}, 'chunked'],
    ['', { speaks: 'http1.0' }, 'close'],
    ['Transfer-Encoding: chunked\r\n', { speaks: 'http1.0' }, 'close'],
    ['Content-Length: 5\r\n', { speaks: 'http1.0' }, 'length'],
  ];
  test.each(cases)('for %j and %j', (framing, order, expected) => {
    const slab = new Slab();
    expect(composeAnswer(slab, parse(`${OK}${framing}\r\n`), { ...usual, ...order })).toBe(expected);
  });
});

test('for a visitor that speaks HTTP/2 the fields come as pairs, without framing', () => {
  const head = parse(
    `${OK}X-One: 1\r\nSet-Cookie: a\r\nset-cookie: b\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  expect(pairsOfAnswer(head, { ...usual, speaks: 'http2', keepsAlive: false })).toEqual([
    ['x-one', '1'],
    ['set-cookie', 'a'],
    ['set-cookie', 'b'],
  ]);
  const sized = parse(`${OK}Content-Length: 5\r\n\r\n`);
  expect(pairsOfAnswer(sized, { ...usual, speaks: 'http2' })).toEqual([['content-length', '5']]);
});

describe('below a stripped prefix', () => {
  const below = createPassage({ ...route, pathPrefix: '/p', stripPrefix: true }, target);

  test('the app’s places become the visitor’s', () => {
    const sent = `${OK}Location: /a\r\nX: /a\r\nSet-Cookie: k=v; Path=/\r\nContent-Location: /b\r\nContent-Length: 0\r\n\r\n`;
    expect(compose(sent, { passage: below })).toBe(
      `${OK}X: /a\r\nLocation: /p/a\r\nSet-Cookie: k=v; Path=/p\r\nContent-Location: /p/b\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(changesPlaces(below)).toBe(true);
  });

  test('an answer without places stays as it is', () => {
    expect(compose(`${OK}X: /a\r\nContent-Length: 0\r\n\r\n`, { passage: below })).toBe(
      `${OK}X: /a\r\nContent-Length: 0\r\n\r\n`,
    );
  });
});

test('where nothing is stripped, places stay as they are', () => {
  const sent = `${OK}Location: /a\r\nSet-Cookie: k=v; Path=/\r\nContent-Length: 0\r\n\r\n`;
  expect(compose(sent)).toBe(sent);
  expect(changesPlaces(usual.passage)).toBe(false);
});

function compose(text: string, order: Partial<AnswerOrder> = {}): string {
  const slab = new Slab(16);
  composeAnswer(slab, parse(text), { ...usual, ...order });
  return slab.view().toString('latin1');
}

function parse(text: string): AnswerHead {
  const head = new AnswerHead();
  const bytes = Buffer.from(`..${text}..`, 'latin1');
  expect(head.parse(bytes, 2, bytes.length - 2)).toBe(headState.whole);
  return head;
}
