import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EdgeCertificate } from '../core/edge-certificate.ts';
import type { EdgeRoute, EdgeTarget } from '../core/route-table.ts';
import type { Edge } from './edge.ts';

/** A visitor whose request is under way. */
export interface HeldVisit {
  readonly instance: string;
  /** Lets the app answer; resolves when the visitor has the answer. */
  end(): Promise<void>;
  /** Resolves when the edge has ended it early. */
  cut(): Promise<void>;
}

/** An edge and the world on both of its sides. */
export interface EdgeStage {
  readonly edge: Edge;
  /** An instance that takes requests. */
  startInstance(instance: string): Promise<EdgeTarget>;
  /** Undefined when no instance got the request. */
  visit(host: string, path?: string): Promise<HeldVisit | undefined>;
  /** A fresh one that can be used. */
  readonly makeCertificate: (hosts: readonly string[]) => EdgeCertificate;
  /** The `certificatePem` that a visitor by https is shown; undefined when there is none for the host. */
  readonly certificateOf: (host: string) => Promise<string | undefined>;
  /** The text of an answer by http; undefined when there is none with 200. */
  readonly askHttp: (host: string, path: string) => Promise<string | undefined>;
  close(): Promise<void>;
}

const grace = 60_000;

/** What every edge promises. */
export function describeEdge(name: string, open: () => Promise<EdgeStage>): void {
  describe(name, () => {
    let stage: EdgeStage;
    beforeEach(async () => {
      stage = await open();
    });
    afterEach(async () => {
      await stage.close();
    });

    describeRoutes(() => stage);
    describeDraining(() => stage);
    describeFacts(() => stage);
    describeCertificates(() => stage);
    describeRenewal(() => stage);
  });
}

function describeRoutes(get: () => EdgeStage): void {
  test('a listener hears of the connection that stands already', async () => {
    await new Promise<void>((resolve) => get().edge.onConnected(resolve));
  });

  test('a change is in force when it is acknowledged', async () => {
    const [one, two] = [await get().startInstance('one'), await get().startInstance('two')];
    await get().edge.apply({ put: [routeTo([one])], remove: [] });
    expect(await visitOnce(get(), 'app.test')).toBe('one');
    await get().edge.apply({ put: [routeTo([two])], remove: [] });
    expect(await visitOnce(get(), 'app.test')).toBe('two');
    await get().edge.apply({ put: [], remove: [{ host: 'app.test', pathPrefix: '/' }] });
    expect(await visitOnce(get(), 'app.test')).toBeUndefined();
  });

  test('the same change twice does what it does once', async () => {
    const change = {
      put: [routeTo([await get().startInstance('one')])],
      remove: [{ host: 'old.test', pathPrefix: '/' }],
    };
    await get().edge.apply(change);
    await get().edge.apply(change);
    expect(await visitOnce(get(), 'app.test')).toBe('one');
  });

  test('a whole table takes the place of the one before', async () => {
    const target = await get().startInstance('one');
    await get().edge.replace([routeTo([target], { host: 'old.test' })]);
    await get().edge.replace([routeTo([target], { host: 'new.test' })]);
    expect(await visitOnce(get(), 'old.test')).toBeUndefined();
    expect(await visitOnce(get(), 'new.test')).toBe('one');
  });

  test('the longest prefix of a host wins', async () => {
    const [root, deep] = [await get().startInstance('root'), await get().startInstance('deep')];
    await get().edge.replace([routeTo([root]), routeTo([deep], { pathPrefix: '/a' })]);
    expect(await visitOnce(get(), 'app.test', '/ab')).toBe('root');
    expect(await visitOnce(get(), 'app.test', '/a/b')).toBe('deep');
  });

  test('a route without instances takes no visitor', async () => {
    await get().edge.replace([routeTo([])]);
    expect(await visitOnce(get(), 'app.test')).toBeUndefined();
  });

  test('all instances of a route get their share', async () => {
    await get().edge.replace([routeTo([await get().startInstance('one'), await get().startInstance('two')])]);
    const [first, second] = [await get().visit('app.test'), await get().visit('app.test')];
    expect(new Set([first?.instance, second?.instance])).toEqual(new Set(['one', 'two']));
    await first?.end();
    await second?.end();
  });
}

function describeDraining(get: () => EdgeStage): void {
  test('an instance that nobody visits is drained at once', async () => {
    await get().edge.drain('unheard-of', grace);
  });

  test('draining waits for the visits that are under way to that instance', async () => {
    const [old, young] = [await get().startInstance('old'), await get().startInstance('young')];
    await get().edge.replace([routeTo([old])]);
    const early = await get().visit('app.test');
    await get().edge.replace([routeTo([young])]);
    const late = await get().visit('app.test');
    const drained = watch(get().edge.drain('old', grace));
    expect(late?.instance).toBe('young');
    expect(drained.isOver()).toBe(false);
    await early?.end();
    await drained.end;
    await late?.end();
  });

  test('draining ends what is still under way when the grace is over', async () => {
    await get().edge.replace([routeTo([await get().startInstance('one')])]);
    const visit = await get().visit('app.test');
    await get().edge.replace([]);
    await get().edge.drain('one', 10);
    await visit?.cut();
  });
}

function describeFacts(get: () => EdgeStage): void {
  test('the facts count visits, those under way too', async () => {
    await get().edge.replace([routeTo([await get().startInstance('one')])]);
    await visitOnce(get(), 'app.test');
    const visit = await get().visit('app.test');
    expect((await get().edge.facts()).apps['app']).toMatchObject({ requests: 2, inFlight: 1, openSockets: 0 });
    await visit?.end();
    await expect.poll(async () => (await get().edge.facts()).apps['app']?.inFlight).toBe(0);
    expect((await get().edge.facts()).apps['app']?.lastActivityMs).toBeGreaterThan(0);
  });

  test('an app that nobody visited has no facts', async () => {
    await get().edge.replace([routeTo([])]);
    expect((await get().edge.facts()).apps).toEqual({});
  });
}

function describeCertificates(get: () => EdgeStage): void {
  const broken = { certificatePem: 'none', keyPem: 'none' };

  test('a visitor is shown the certificate of the host, or of all names below its parent', async () => {
    const { edge, makeCertificate, certificateOf } = get();
    const [exact, wild] = [makeCertificate(['a.app.test']), makeCertificate(['*.app.test', 'app.test'])];
    await edge.putCertificates([exact, wild]);
    expect(await certificateOf('a.app.test')).toBe(exact.certificatePem);
    expect(await certificateOf('b.app.test')).toBe(wild.certificatePem);
    expect(await certificateOf('app.test')).toBe(wild.certificatePem);
    expect(await certificateOf('c.b.app.test')).toBeUndefined();
  });

  test('certificates take the place of all before', async () => {
    const { edge, makeCertificate, certificateOf } = get();
    const renewed = makeCertificate(['a.test']);
    await edge.putCertificates([makeCertificate(['a.test']), makeCertificate(['b.test'])]);
    await edge.putCertificates([renewed]);
    expect(await certificateOf('a.test')).toBe(renewed.certificatePem);
    expect(await certificateOf('b.test')).toBeUndefined();
  });

  test('a certificate that cannot be used is refused with its reason; the others, and what was before, are in force', async () => {
    const { edge, makeCertificate, certificateOf } = get();
    const [former, other] = [makeCertificate(['a.test']), makeCertificate(['b.test'])];
    await edge.putCertificates([former]);
    const refusal = edge.putCertificates([{ hosts: ['a.test'], ...broken }, { hosts: ['c.test'], ...broken }, other]);
    await expect(refusal).rejects.toMatchObject({
      code: 'validation-failed',
      facts: { errors: [{ field: 'a.test' }, { field: 'c.test' }] },
    });
    expect(await certificateOf('a.test')).toBe(former.certificatePem);
    expect(await certificateOf('b.test')).toBe(other.certificatePem);
    expect(await certificateOf('c.test')).toBeUndefined();
  });

  test('a certificate authority that checks a host is answered, until the challenges are others', async () => {
    const { edge, askHttp } = get();
    const path = '/.well-known/acme-challenge/token';
    await edge.putChallenges([{ kind: 'http-01', host: 'a.test', token: 'token', keyAuthorization: 'token.key' }]);
    expect(await askHttp('a.test', path)).toBe('token.key');
    expect(await askHttp('b.test', path)).toBeUndefined();
    expect(await askHttp('a.test', `${path}/x`)).toBeUndefined();
    await edge.putChallenges([]);
    expect(await askHttp('a.test', path)).toBeUndefined();
  });
}

function describeRenewal(get: () => EdgeStage): void {
  test('a renewal makes it another process that has all that was there, and its listeners hear of it', async () => {
    const { edge } = get();
    await edge.replace([routeTo([await get().startInstance('one')])]);
    const before = await edge.status();
    expect(before).toMatchObject({ routes: 1, proxyProtocol: false });
    const heard = Promise.withResolvers<void>();
    let calls = 0;
    edge.onConnected(() => (calls += 1) === 2 && heard.resolve());
    await expect.poll(() => calls).toBe(1);
    await Promise.all([edge.renew(), edge.renew()]);
    await heard.promise;
    const after = await edge.status();
    expect(after.pid).not.toBe(before.pid);
    expect(after).toMatchObject({ routes: 1, addresses: before.addresses });
    expect(await visitOnce(get(), 'app.test')).toBe('one');
  });

  test('the status counts connections of visitors', async () => {
    await get().edge.replace([routeTo([await get().startInstance('one')])]);
    const visit = await get().visit('app.test');
    expect((await get().edge.status()).openConnections).toBe(1);
    await visit?.end();
  });
}

async function visitOnce(stage: EdgeStage, host: string, path?: string): Promise<string | undefined> {
  const visit = await stage.visit(host, path);
  await visit?.end();
  return visit?.instance;
}

function routeTo(targets: readonly EdgeTarget[], place: Partial<EdgeRoute> = {}): EdgeRoute {
  return { host: 'app.test', pathPrefix: '/', stripPrefix: false, app: 'app', targets, unavailable: null, ...place };
}

function watch(work: Promise<void>): { readonly end: Promise<void>; readonly isOver: () => boolean } {
  let isOver = false;
  return { end: work.then(() => void (isOver = true)), isOver: () => isOver };
}
