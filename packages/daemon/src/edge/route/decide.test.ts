import { describe, expect, test } from 'vitest';
import type { RouteOptions } from '../../core/route-table.ts';
import { renderPage } from '../page.ts';
import { statusOf } from '../refusal.ts';
import { routeTo } from '../testing/app.ts';
import { decide, type DecisionGround, needsDecision, refuseBody, type RequestFacts } from './decide.ts';
import { RateTable } from './rate-table.ts';

const uncertified = { isEmpty: true, has: () => false };
const usual: RequestFacts = {
  isTls: false,
  isRead: true,
  isWebSocket: false,
  host: 'app.test',
  target: '/a/b?c=d',
  address: '192.0.2.7',
  contentLength: -1,
  underWay: 0,
  nowMs: 0,
};

function newGround(): DecisionGround {
  return { rates: new RateTable(), httpsPort: 443, certified: uncertified };
}

/** Status and place of what the edge answers itself; undefined when the request goes on. */
function answer(
  options: RouteOptions | undefined,
  facts: Partial<RequestFacts> = {},
  place: { pathPrefix?: string; ground?: Partial<DecisionGround> } = {},
): string | undefined {
  const { pathPrefix = '/', ground } = place;
  const route = { ...routeTo([], { pathPrefix }), ...(options === undefined ? {} : { options }) };
  const refusal = decide({ ...newGround(), ...ground }, route, { ...usual, ...facts });
  if (refusal === undefined) return undefined;
  const [name, value] = refusal.headers ?? [];
  return [statusOf(refusal), ...(name === 'Location' ? [value] : [refusal.code])].join(' ');
}

test('a route without options lets everything through', () => {
  expect(answer(undefined, { contentLength: 2 ** 50, underWay: 2 ** 30 })).toBeUndefined();
});

test('what a route does not limit is not limited', () => {
  expect(answer({ limits: {} }, { contentLength: 2 ** 50, underWay: 2 ** 30 })).toBeUndefined();
});

describe('a redirect', () => {
  const cases: readonly [to: string, keepPath: boolean, prefix: string, target: string, location: string][] = [
    ['https://new.test', true, '/', '/a/b?c=d', 'https://new.test/a/b?c=d'],
    ['https://new.test/', true, '/', '/', 'https://new.test/'],
    ['https://new.test/base', true, '/', '/a', 'https://new.test/base/a'],
    ['https://new.test/base/', true, '/', '/a', 'https://new.test/base/a'],
    ['https://new.test', true, '/a', '/a/b', 'https://new.test/b'],
    ['https://new.test/x', true, '/a', '/a', 'https://new.test/x'],
    ['https://new.test/x', true, '/a', '/a?c=d', 'https://new.test/x?c=d'],
    ['https://new.test/x', false, '/', '/a/b?c=d', 'https://new.test/x'],
    ['/new', true, '/old', '/old/b?c=d', '/new/b?c=d'],
    ['/', true, '/old', '/old/b', '/b'],
    ['/new', false, '/old', '/old/b', '/new'],
  ];
  test.each(cases)('to %s, keeping the path: %s, of %s for %s leads to %s', (...row) => {
    const [to, keepPath, pathPrefix, target, location] = row;
    expect(answer({ redirect: { to, status: 307, keepPath } }, { target }, { pathPrefix })).toBe(`307 ${location}`);
  });

  test.each([
    ['/old//elsewhere.test/', '/elsewhere.test/'],
    ['/old/\\elsewhere.test', '/elsewhere.test'],
    ['/old///elsewhere.test', '/elsewhere.test'],
    ['/old/a"<b>\r\nSet-Cookie:x', '/a%22%3Cb%3E%0D%0ASet-Cookie:x'],
    ['/old/\xe9', '/%E9'],
  ])('within a host cannot be led out of it by %s', (target, location) => {
    const redirect = { to: '/', status: 302, keepPath: true } as const;
    expect(answer({ redirect }, { target }, { pathPrefix: '/old' })).toBe(`302 ${location}`);
  });
});

describe('a route that requires https', () => {
  const options = { requireTls: true };
  const cases: readonly [Partial<RequestFacts>, httpsPort: number, answer: string | undefined][] = [
    [{}, 443, '301 https://app.test/a/b?c=d'],
    [{ isRead: false }, 443, '308 https://app.test/a/b?c=d'],
    [{}, 8443, '301 https://app.test:8443/a/b?c=d'],
    [{ target: '*' }, 443, '301 https://app.test/'],
    [{ target: '//elsewhere.test' }, 443, '301 https://app.test//elsewhere.test'],
    [{ host: '' }, 443, '403 https-needed'],
    [{ isTls: true }, 443, undefined],
  ];
  test.each(cases)('answers %o on port %i by %s', (facts, httpsPort, expected) => {
    expect(answer(options, facts, { ground: { httpsPort } })).toBe(expected);
  });
});

describe('a host with a certificate', () => {
  const certified = { isEmpty: false, has: (host: string) => host === 'app.test' };
  const cases: readonly [RouteOptions | undefined, Partial<RequestFacts>, answer: string | undefined][] = [
    [undefined, {}, '301 https://app.test/a/b?c=d'],
    [undefined, { isRead: false }, '308 https://app.test/a/b?c=d'],
    [undefined, { isTls: true }, undefined],
    [undefined, { host: 'other.test' }, undefined],
    [undefined, { host: '' }, undefined],
    [undefined, { target: '/.well-known/acme-challenge/token' }, undefined],
    [undefined, { target: '/.well-known/acme-challenges' }, '301 https://app.test/.well-known/acme-challenges'],
    [{ requireTls: false }, {}, undefined],
    [{ requireTls: true }, { target: '/.well-known/acme-challenge/token' }, undefined],
    [{ requireTls: true }, { host: 'other.test' }, '301 https://other.test/a/b?c=d'],
    [{ maintenance: 'Back at noon.' }, {}, '301 https://app.test/a/b?c=d'],
  ];
  test.each(cases)('of a route with %o answers %o by %s', (options, facts, expected) => {
    expect(answer(options, facts, { ground: { certified } })).toBe(expected);
  });

  test('is looked at by who comes by http alone, and only where there are certificates', () => {
    const needs = (isEmpty: boolean, scheme: 'http' | 'https', options?: RouteOptions) => {
      const route = { ...routeTo([]), ...(options === undefined ? {} : { options }) };
      return needsDecision({ ...newGround(), certified: { isEmpty, has: () => false } }, route, scheme);
    };
    expect([needs(false, 'http'), needs(false, 'https'), needs(true, 'http')]).toEqual([true, false, false]);
    expect(needs(true, 'https', { sticky: true })).toBe(true);
  });
});

test('redirect, https, maintenance and limits are asked in this order', () => {
  const redirect = { to: 'https://new.test', status: 301, keepPath: false } as const;
  const all = { redirect, requireTls: true, maintenance: 'Back at noon.', limits: { bodyBytes: 1 } };
  const facts = { contentLength: 2 };
  expect(answer(all, facts)).toBe('301 https://new.test');
  const { redirect: _redirect, ...withoutRedirect } = all;
  expect(answer(withoutRedirect, facts)).toBe('301 https://app.test/a/b?c=d');
  expect(answer(withoutRedirect, { ...facts, isTls: true })).toBe('503 app-in-maintenance');
  expect(answer({ limits: all.limits }, facts)).toBe('413 body-too-large');
});

test('an app that is worked on says so in its owner’s words', () => {
  const route = routeTo([], { options: { maintenance: 'Back at <noon>.' } });
  const refusal = decide(newGround(), route, usual);
  const { status, headers, body } = renderPage(refusal!, 'text/html');
  expect([status, headers.includes('Retry-After'), headers.includes('close')]).toEqual([503, true, false]);
  expect(body.toString()).toContain('Back at &lt;noon&gt;.');
});

test('an app that speaks HTTP/2 is asked for no WebSocket', () => {
  expect(answer({ protocol: 'h2c' }, { isWebSocket: true })).toBe('501 no-websocket-here');
  expect(answer({ protocol: 'h2c' }, {})).toBeUndefined();
  expect(answer({ protocol: 'http1' }, { isWebSocket: true })).toBeUndefined();
});

describe('limits', () => {
  test('a body is refused by what it says of its length, or by what came of it', () => {
    const limits = { bodyBytes: 10 };
    expect([9, 10, 11].map((contentLength) => answer({ limits }, { contentLength }))).toEqual([
      undefined,
      undefined,
      '413 body-too-large',
    ]);
    const route = routeTo([], { options: { limits } });
    expect([10, 11].map((bytes) => refuseBody(route, bytes)?.code)).toEqual([undefined, 'body-too-large']);
    expect(refuseBody(routeTo([]), 2 ** 50)).toBeUndefined();
  });

  test('only so many requests are under way at a time', () => {
    expect([0, 1, 2].map((underWay) => answer({ limits: { concurrency: 2 } }, { underWay }))).toEqual([
      undefined,
      undefined,
      '503 app-busy',
    ]);
  });

  test('one address asks only so often, and is told when to come again', () => {
    const ground = newGround();
    const limits = { requestsPerSecond: 0.2 };
    const ask = (facts: Partial<RequestFacts>) => answer({ limits }, facts, { ground });
    expect([1, 2, 3].map(() => ask({}))).toEqual([undefined, undefined, '429 too-many-requests']);
    expect(ask({ address: '192.0.2.8' })).toBeUndefined();
    const route = routeTo([], { options: { limits } });
    const refusal = decide(ground, route, usual);
    const { headers } = renderPage(refusal!, undefined);
    expect(headers.slice(headers.indexOf('Retry-After'))).toEqual(['Retry-After', '5']);
    expect(ask({ nowMs: 5_000 })).toBeUndefined();
  });

  test('two apps do not take from each other’s rates, two routes of one app do', () => {
    const ground = newGround();
    const options = { limits: { requestsPerSecond: 0.1 } };
    const ask = (place: object) => decide(ground, routeTo([], { options, ...place }), usual)?.code;
    expect([ask({}), ask({ app: 'other' }), ask({ host: 'second.test' })]).toEqual([
      undefined,
      undefined,
      'too-many-requests',
    ]);
  });
});
