import { afterEach, beforeEach, expect, test } from 'vitest';
import { edgeCalls } from '../../core/edge-control.ts';
import type { RouteOptions } from '../../core/route-table.ts';
import { routeTo, startApp, type TestApp } from '../testing/app.ts';
import { openTestEdge, type TestEdge } from '../testing/edge.ts';
import { openHttp2, visitHttp2 } from '../testing/http2-visitor.ts';
import { selfSign } from '../testing/self-signed.ts';
import { visit, type VisitWish } from '../testing/visitor.ts';

let edge: TestEdge;
let app: TestApp;
beforeEach(async () => {
  app = await startApp();
});
afterEach(async () => {
  await edge.close();
  await app.close();
});

test('visitors by http are sent to https once there is a certificate, and served again when it has gone', async () => {
  await open();
  await serve();
  expect((await ask()).status).toBe(200);
  await edge.order(edgeCalls.certificates, [selfSign(['app.test'])]);
  const answer = await ask({ path: '/a?b=c' });
  expect([answer.status, answer.headers.location]).toEqual([301, 'https://app.test:8443/a?b=c']);
  expect((await ask({ method: 'POST', body: 'x' })).status).toBe(308);
  const session = await openHttp2(edge.securePort);
  expect((await visitHttp2(session)).status).toBe(200);
  session.destroy();
  await edge.order(edgeCalls.certificates, []);
  expect((await ask()).status).toBe(200);
});

test('hosts that the certificate does not cover are served by http', async () => {
  await open();
  await edge.replace(routeTo([app.target('one')], { host: '*.pages.test' }));
  await edge.order(edgeCalls.certificates, [selfSign(['*.pages.test'])]);
  const statuses = ['a.pages.test', 'b.a.pages.test'].map(async (host) => (await ask({ host })).status);
  expect(await Promise.all(statuses)).toEqual([301, 200]);
});

test('a route that says no is served by http, and one that says yes never is', async () => {
  await open();
  await edge.order(edgeCalls.certificates, [selfSign(['app.test'])]);
  await serve({ requireTls: false });
  expect((await ask()).status).toBe(200);
  await edge.order(edgeCalls.certificates, []);
  await serve({ requireTls: true });
  expect((await ask()).status).toBe(301);
});

test('a certificate authority that checks a host is answered by http', async () => {
  await open();
  await serve();
  await edge.order(edgeCalls.certificates, [selfSign(['app.test'])]);
  const challenge = { kind: 'http-01', host: 'app.test', token: 'known', keyAuthorization: 'known.key' };
  await edge.order(edgeCalls.challenges, [challenge]);
  const path = '/.well-known/acme-challenge/';
  expect(await ask({ path: `${path}known` })).toMatchObject({ status: 200, body: 'known.key' });
  // The app's own, where it obtains certificates itself.
  expect((await ask({ path: `${path}other` })).status).toBe(200);
});

test('a trusted proxy that speaks for a visitor by https is answered', async () => {
  await open({ trustedProxies: ['127.0.0.0/8'] });
  await serve();
  await edge.order(edgeCalls.certificates, [selfSign(['app.test'])]);
  expect((await ask({ headers: { 'x-forwarded-proto': 'https' } })).status).toBe(200);
  expect((await ask({ headers: { 'x-forwarded-proto': 'http' } })).status).toBe(301);
});

test('an edge that is not told to sends nobody to https', async () => {
  await open({ manners: {} });
  await serve();
  await edge.order(edgeCalls.certificates, [selfSign(['app.test'])]);
  expect((await ask()).status).toBe(200);
});

async function open(wish: Parameters<typeof openTestEdge>[0] = {}): Promise<void> {
  edge = await openTestEdge({
    https: ['127.0.0.1:0'],
    manners: { httpsPort: 8443, redirectsToHttps: true },
    ...wish,
  });
}

async function serve(options?: RouteOptions): Promise<void> {
  await edge.replace(routeTo([app.target('one')], options === undefined ? {} : { options }));
}

async function ask(wish: Partial<VisitWish> = {}): ReturnType<typeof visit> {
  return visit({ port: edge.port, ...wish });
}
