import { describe, expect, test } from 'vitest';
import type { EdgeRoute, EdgeTarget } from '../../core/route-table.ts';
import { composeRequest } from './compose-request.ts';
import { pairsOfRequest } from './field-pairs.ts';
import { createOrigin } from './origin.ts';
import { createPassage, findPassage } from './passage.ts';
import { headState, RequestHead } from './request-head.ts';
import { Slab } from './slab.ts';

const HOST = 'Host: x.test:8080\r\n';
const GET = `GET / HTTP/1.1\r\n${HOST}`;
const POST = `POST / HTTP/1.1\r\n${HOST}`;
/** What a stranger's request gets when nothing is stripped. */
const FORWARDED = [
  'X-Forwarded-For: 203.0.113.9',
  'X-Real-IP: 203.0.113.9',
  'X-Forwarded-Proto: http',
  'Forwarded: for=203.0.113.9;proto=http;host="x.test:8080"',
  'X-Forwarded-Host: x.test:8080',
  '',
].join('\r\n');

const stranger = { address: '203.0.113.9', isTrusted: false, scheme: 'http' } as const;
const proxy = { address: '10.0.0.1', isTrusted: true, scheme: 'http' } as const;
const target: EdgeTarget = { instance: 'one', host: '10.0.0.2', port: 3000 };
const whole: EdgeRoute = {
  host: 'x.test',
  pathPrefix: '/',
  stripPrefix: false,
  app: 'a',
  targets: [target],
  unavailable: null,
};

interface Way {
  readonly origin?: Parameters<typeof createOrigin>[0];
  readonly route?: Partial<EdgeRoute>;
  readonly target?: Partial<EdgeTarget>;
}

describe('the app gets', () => {
  type Case = readonly [title: string, sent: string, received: string];
  const cases: readonly Case[] = [
    [
      'the fields as they came, and where they come from',
      `${GET}User-Agent:  a\r\naccept: b\r\n\r\n`,
      `${GET}User-Agent:  a\r\naccept: b\r\n${FORWARDED}\r\n`,
    ],
    [
      'repeated fields in their order',
      `${GET}X: a\r\nY: b\r\nx: c\r\n\r\n`,
      `${GET}X: a\r\nY: b\r\nx: c\r\n${FORWARDED}\r\n`,
    ],
    ['HTTP/1.1 for HTTP/1.0', `GET /a?b HTTP/1.0\r\n${HOST}\r\n`, `GET /a?b HTTP/1.1\r\n${HOST}${FORWARDED}\r\n`],
    [
      'a path for the absolute form',
      `GET http://x.test:8080/a?b HTTP/1.1\r\n${HOST}\r\n`,
      `GET /a?b HTTP/1.1\r\n${HOST}${FORWARDED}\r\n`,
    ],
    [
      'a slash for the absolute form without a path',
      `GET http://x.test:8080 HTTP/1.1\r\n${HOST}\r\n`,
      `${GET}${FORWARDED}\r\n`,
    ],
    ['no empty line before the request', `\r\n${GET}\r\n`, `${GET}${FORWARDED}\r\n`],
    [
      'one length',
      `POST / HTTP/1.1\r\nContent-Length: 005\r\n${HOST}\r\n`,
      `${POST}${FORWARDED}Content-Length: 5\r\n\r\n`,
    ],
    ['a length for a POST that has none', `${POST}\r\n`, `${POST}${FORWARDED}Content-Length: 0\r\n\r\n`],
    ['no length for a GET that has none', `${GET}\r\n`, `${GET}${FORWARDED}\r\n`],
    ['the length of a GET', `${GET}Content-Length: 5\r\n\r\n`, `${GET}${FORWARDED}Content-Length: 5\r\n\r\n`],
    [
      'one coding',
      `${POST}transfer-encoding: Chunked\r\n\r\n`,
      `${POST}${FORWARDED}Transfer-Encoding: chunked\r\n\r\n`,
    ],
    [
      'the announcement of trailers',
      `${POST}Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n`,
      `${POST}${FORWARDED}Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n`,
    ],
    ['no announcement of trailers that cannot come', `${GET}Trailer: X-Sum\r\n\r\n`, `${GET}${FORWARDED}\r\n`],
    [
      'an expectation that can be met',
      `${POST}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n`,
      `${POST}${FORWARDED}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n`,
    ],
    [
      'no expectation without a body',
      `${POST}Expect: 100-continue\r\n\r\n`,
      `${POST}${FORWARDED}Content-Length: 0\r\n\r\n`,
    ],
    [
      'a WebSocket’s upgrade',
      `${GET}Upgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Key: k\r\n\r\n`,
      `${GET}Sec-WebSocket-Key: k\r\n${FORWARDED}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    ],
    [
      'no other upgrade',
      `${GET}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\nA: b\r\n\r\n`,
      `${GET}A: b\r\n${FORWARDED}\r\n`,
    ],
  ];
  test.each(cases)('%s', (_, sent, received) => {
    expect(compose(sent)).toBe(received);
  });
});

describe('of a stranger the app does not get', () => {
  test.each([
    'Connection: close',
    'Connection: keep-alive',
    'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'Proxy-Authorization: Basic x',
    'Proxy-Authenticate: Basic',
    'Proxy: http://evil',
    'TE: trailers',
    'Upgrade: h2c',
    'HTTP2-Settings: x',
    'X-Forwarded-For: 1.2.3.4',
    'x-forwarded-host: evil',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Prefix: /evil',
    'X-Forwarded-Port: 1',
    'X-Forwarded-Whatever: 1',
    'X-Forwarded-Client_Cert: 1',
    'X-Real-IP: 1.2.3.4',
    'Forwarded: for=1.2.3.4',
    'Keep_Alive: timeout=5',
    'Content_Length: 50',
    'Transfer_Encoding: chunked',
    'TRANSFER_encoding: chunked',
    'Proxy_Authorization: x',
    'X_Forwarded_For: 1.2.3.4',
    'X-Forwarded_For: 1.2.3.4',
    'X_FORWARDED_USER: 1',
    'X_Real-IP: 1.2.3.4',
    'HTTP2_Settings: x',
    'X.Forwarded.For: 1.2.3.4',
    'X-Real+IP: 1.2.3.4',
    'X-Forwarded-For:',
  ])('%s', (line) => {
    expect(compose(`${GET}A: b\r\n${line}\r\nC: d\r\n\r\n`)).toBe(`${GET}A: b\r\nC: d\r\n${FORWARDED}\r\n`);
    expect(compose(`GET / HTTP/1.1\r\n${line}\r\n${line}\r\n${HOST}\r\n`)).toBe(`${GET}${FORWARDED}\r\n`);
  });

  test('what Connection nominates, in whatever case, also with underscores', () => {
    const sent = `${GET}Connection: close, X-Secret ,\tauthorization\r\nx-secret: 1\r\nX_Secret: 2\r\nAuthorization: 3\r\nconnection: Other\r\nOTHER: 4\r\nThird: 5\r\n\r\n`;
    expect(compose(sent)).toBe(`${GET}Third: 5\r\n${FORWARDED}\r\n`);
  });
});

test('a head that is read again knows nothing of the fields before', () => {
  const head = new RequestHead();
  const passage = createPassage(whole, target);
  const texts = [
    `${POST}Transfer-Encoding: chunked\r\nTrailer: Old\r\nConnection: close, x-new\r\nX-Old: a\r\n\r\n`,
    `${POST}Transfer-Encoding: chunked\r\nTrailer: New\r\nConnection: te\r\nX-New: b\r\n\r\n`,
    `${POST}Trailer: New\r\nTransfer-Encoding: chunked\r\n\r\n`,
    `${POST}Connection: te\r\n\r\n`,
  ];
  const composed = texts.map((text) => {
    const bytes = Buffer.from(text, 'latin1');
    const slab = new Slab();
    expect(head.parse(bytes, 0, bytes.length)).toBe(headState.whole);
    composeRequest(slab, head, { origin: createOrigin(stranger), passage });
    return slab.view().toString('latin1') + String(head.keepsAlive);
  });
  expect(composed).toEqual([
    `${POST}X-Old: a\r\n${FORWARDED}Trailer: Old\r\nTransfer-Encoding: chunked\r\n\r\nfalse`,
    `${POST}X-New: b\r\n${FORWARDED}Trailer: New\r\nTransfer-Encoding: chunked\r\n\r\ntrue`,
    `${POST}${FORWARDED}Trailer: New\r\nTransfer-Encoding: chunked\r\n\r\ntrue`,
    `${POST}${FORWARDED}Content-Length: 0\r\n\r\ntrue`,
  ]);
});

test('fields that only sound alike pass', () => {
  const lines =
    'X_Other: a\r\nX-Forwarded: b\r\nXForwarded-For: c\r\nX-Forwardedfor: d\r\nProxyish: e\r\nHos: f\r\nA_c: g\r\nAccept_: h\r\n_Cookie: i\r\nX.Other: j\r\n';
  expect(compose(`${GET}${lines}\r\n`)).toBe(`${GET}${lines}${FORWARDED}\r\n`);
});

test('what frames or routes a request, or says where it came from, cannot be nominated away', () => {
  const nominated =
    'Connection: host, content-length, transfer-encoding, x-forwarded-for, x-forwarded-host, forwarded, x-real-ip, x-forwarded-proto';
  expect(compose(`${POST}${nominated}\r\nContent-Length: 5\r\n\r\n`)).toBe(
    `${POST}${FORWARDED}Content-Length: 5\r\n\r\n`,
  );
  expect(compose(`${POST}${nominated}\r\nTransfer-Encoding: chunked\r\n\r\n`)).toBe(
    `${POST}${FORWARDED}Transfer-Encoding: chunked\r\n\r\n`,
  );
});

describe('where a request came from is said', () => {
  const claims = `${GET}X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-For: 198.51.100.8\r\nX-Forwarded-Host: shop.example\r\nX-Forwarded-Proto: https\r\nForwarded: for=198.51.100.7\r\nX-Forwarded-Prefix: /outer\r\nX-Forwarded-Port: 443\r\nX-Real-IP: 198.51.100.7\r\n\r\n`;

  test('as a trusted proxy says it, with the proxy behind', () => {
    const route = { pathPrefix: '/in', stripPrefix: true };
    expect(compose(claims.replace('/ HTTP', '/in/ HTTP'), { origin: proxy, route })).toBe(
      [
        `${GET}X-Forwarded-Port: 443`,
        'X-Real-IP: 198.51.100.7',
        'X-Forwarded-For: 198.51.100.7, 198.51.100.8, 10.0.0.1',
        'X-Forwarded-Proto: https',
        'Forwarded: for=198.51.100.7, for=10.0.0.1;proto=http;host="x.test:8080"',
        'X-Forwarded-Host: shop.example',
        'X-Forwarded-Prefix: /outer/in',
        '\r\n',
      ].join('\r\n'),
    );
  });

  test('by the edge when a trusted proxy says nothing', () => {
    expect(compose(`${GET}\r\n`, { origin: proxy })).toBe(
      [
        `${GET}X-Forwarded-For: 10.0.0.1`,
        'X-Forwarded-Proto: http',
        'Forwarded: for=10.0.0.1;proto=http;host="x.test:8080"',
        'X-Forwarded-Host: x.test:8080',
        '\r\n',
      ].join('\r\n'),
    );
  });

  test('not with a trusted proxy’s disguises', () => {
    expect(compose(`${GET}X_Forwarded_For: 1\r\nX_Real_IP: 2\r\n\r\n`, { origin: proxy })).not.toContain('_');
  });

  test('with quotes and brackets around IPv6, and the scheme of the connection', () => {
    const received = compose(`${GET}\r\n`, { origin: { address: '2001:db8::1', isTrusted: false, scheme: 'https' } });
    expect(received).toContain(
      'X-Forwarded-For: 2001:db8::1\r\nX-Real-IP: 2001:db8::1\r\nX-Forwarded-Proto: https\r\n',
    );
    expect(received).toContain('Forwarded: for="[2001:db8::1]";proto=https;host="x.test:8080"\r\n');
  });

  test('not at all where the route wants it so; a stranger’s word stays out all the same', () => {
    const route = { options: { forwards: false } };
    expect(compose(claims, { route })).toBe(`${GET}\r\n`);
    expect(compose(claims, { route, origin: proxy })).toBe(claims);
  });
});

describe('the target for the app', () => {
  type Case = readonly [sent: string, received: string, way: { prefix?: string; base?: string }];
  const cases: readonly Case[] = [
    ['/a/b?c', '/b?c', { prefix: '/a' }],
    ['/a', '/', { prefix: '/a' }],
    ['/a?c', '/?c', { prefix: '/a' }],
    ['/a/', '/', { prefix: '/a' }],
    ['/a//b', '//b', { prefix: '/a' }],
    ['/b?c', '/base/b?c', { base: '/base' }],
    ['/', '/base/', { base: '/base/' }],
    ['/a/b', '/base/b', { prefix: '/a', base: '/base' }],
    ['/a', '/base/', { prefix: '/a', base: '/base' }],
    ['http://x.test:8080/a?b', '/?b', { prefix: '/a' }],
  ];
  test.each(cases)('%s is %s with %j', (sent, received, { prefix = '/', base }) => {
    const way: Way = {
      route: { pathPrefix: prefix, stripPrefix: true },
      ...(base === undefined ? {} : { target: { pathBase: base } }),
    };
    const composed = compose(`GET ${sent} HTTP/1.1\r\n${HOST}\r\n`, way);
    expect(composed.startsWith(`GET ${received} HTTP/1.1\r\n${HOST}X-Forwarded-For: `)).toBe(true);
    expect(composed.includes(`\r\nX-Forwarded-Prefix: ${prefix}\r\n`)).toBe(prefix !== '/');
  });

  test('stays when the prefix does', () => {
    expect(compose(`GET /a/b HTTP/1.1\r\n${HOST}\r\n`, { route: { pathPrefix: '/a' } })).toBe(
      `GET /a/b HTTP/1.1\r\n${HOST}${FORWARDED}\r\n`,
    );
  });
});

describe('a route', () => {
  test('lets the app hear its own address as host', () => {
    const route = { options: { rewritesHost: true } };
    expect(compose(`${GET}A: b\r\n\r\n`, { route })).toBe(
      `GET / HTTP/1.1\r\nA: b\r\nHost: 10.0.0.2:3000\r\n${FORWARDED}\r\n`,
    );
    expect(compose(`${GET}\r\n`, { route, target: { port: 80 } })).toContain('\r\nHost: 10.0.0.2\r\n');
    expect(compose(`${GET}\r\n`, { route, target: { port: 443, tls: { isTrusted: false } } })).toContain(
      '\r\nHost: 10.0.0.2\r\n',
    );
    expect(compose(`${GET}\r\n`, { route, target: { host: '::1' } })).toContain('\r\nHost: [::1]:3000\r\n');
    expect(compose(`${GET}\r\n`, { route, target: { socketPath: '/a.sock' } })).toContain('\r\nHost: localhost\r\n');
  });

  test('adds fields, which a visitor cannot set beside them', () => {
    const route = { options: { requestHeaders: { 'x-user': 'bob', 'x-team': 'a b' } } };
    const sent = `${GET}X-User: eve\r\nA: b\r\nx_user: eve\r\nX-TEAM: eve\r\n\r\n`;
    expect(compose(sent, { route })).toBe(`${GET}A: b\r\nx-user: bob\r\nx-team: a b\r\n${FORWARDED}\r\n`);
    expect(compose(sent, { route, origin: proxy })).toContain(
      `${GET}A: b\r\nx-user: bob\r\nx-team: a b\r\nX-Forwarded`,
    );
  });

  test('adds a host in place of the visitor’s', () => {
    const route = { options: { requestHeaders: { host: 'inner.test' } } };
    expect(compose(`${GET}\r\n`, { route })).toBe(`GET / HTTP/1.1\r\nHost: inner.test\r\n${FORWARDED}\r\n`);
  });

  test('adds nothing that frames a message, contradicts the edge, or is no field', () => {
    const requestHeaders = {
      'content-length': '5',
      'transfer-encoding': 'chunked',
      connection: 'close',
      upgrade: 'h2c',
      'x-forwarded-for': '1.2.3.4',
      x_forwarded_proto: 'https',
      'x-bad': 'a\r\nb: c',
      'x bad': 'a',
    };
    expect(compose(`${GET}\r\n`, { route: { options: { requestHeaders } } })).toBe(`${GET}${FORWARDED}\r\n`);
    const route = { options: { requestHeaders: { 'x-forwarded-proto': 'https' }, forwards: false } };
    expect(compose(`${GET}X-Forwarded-Proto: http\r\n\r\n`, { route })).toBe(`${GET}x-forwarded-proto: https\r\n\r\n`);
  });
});

test('a passage is made once for a route and a target', () => {
  const route = { ...whole, stripPrefix: true, pathPrefix: '/a' };
  expect(findPassage(route, target)).toBe(findPassage(route, { ...target }));
  expect(findPassage(route, target)).not.toBe(findPassage(route, { ...target, instance: 'two' }));
  expect(findPassage(whole, target)).toBe(findPassage({ ...whole }, { ...target, instance: 'two' }));
});

test('for an app that speaks HTTP/2 the fields come as pairs, without framing', () => {
  const head = parse(
    `POST /a?b HTTP/1.1\r\n${HOST}X-One: 1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n`,
  );
  const passage = createPassage({ ...whole, options: { forwards: false } }, target);
  expect(pairsOfRequest(head, { origin: createOrigin(stranger), passage })).toEqual([
    [':path', '/a?b'],
    [':authority', 'x.test:8080'],
    ['x-one', '1'],
    ['trailer', 'X-Sum'],
  ]);
});

test('for an app that speaks HTTP/2 the largest head is not too large', () => {
  const lines = `${'a: b\r\n'.repeat(126)}c: ${'d'.repeat(31_000)}\r\n`;
  const passage = createPassage(whole, target);
  const pairs = pairsOfRequest(parse(`${GET}${lines}\r\n`), { origin: createOrigin(stranger), passage });
  expect(pairs).toHaveLength(2 + 127 + 5);
});

function compose(text: string, { origin = stranger, route = {}, target: goal = {} }: Way = {}): string {
  const slab = new Slab(16);
  slab.ascii('before');
  const passage = findPassage({ ...whole, ...route }, { ...target, ...goal });
  composeRequest(slab, parse(text), { origin: createOrigin(origin), passage });
  expect(slab.view().toString('latin1', 0, 6)).toBe('before');
  return slab.view().toString('latin1', 6);
}

function parse(text: string): RequestHead {
  const head = new RequestHead();
  const bytes = Buffer.from(`..${text}..`, 'latin1');
  expect(head.parse(bytes, 2, bytes.length - 2)).toBe(headState.whole);
  return head;
}
