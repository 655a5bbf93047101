import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { waitFor } from '../harness/deadline.ts';
import { findFreePort } from '../harness/free-port.ts';
import { describeWithAuthority, startAuthority, type TestAuthority } from '../harness/pebble.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { ensureImages } from './images.ts';
import { Operator, type Reply } from './operator.ts';
import { visit } from './visitor.ts';

const soon = { deadlineMs: 60_000 };
let authority: TestAuthority;
let daemon: RunningDaemon;
let operator: Operator;
let edgePort: number;
let securePort: number;

describeWithEngine('hosts that prove themselves by http', (engineSocket) => {
  describeWithAuthority('to an authority', () => {
    beforeAll(async () => {
      await ensureImages(engineSocket);
      await open(engineSocket, {});
    });
    afterAll(close);

    test('get certificates by themselves', async () => {
      await operator.deploy('shop', { image: 'berth-test/web:1', domains: [{ host: 'shop.example.org' }] });
      for (const host of ['shop.apps.example.com', 'shop.example.org']) {
        const certificate = await certificateOf(host, 'valid');
        expect(certificate).toMatchObject({ hosts: [host], source: 'acme', failures: 0 });
        await waitFor(async () => (await shownTo(host)) === certificate.fingerprint, soon);
      }
      const { body } = await operator.call('GET', '/v1/apps/shop/domains');
      expect(body.items).toMatchObject([{ host: 'shop.example.org', certificate: { state: 'valid', reason: null } }]);
    });

    test('get them as well where an older API adds them, and keep them when it moves them by force', async () => {
      const host = 'store.example.org';
      const made = await callHosted('/new', { image: 'berth-test/web:1', name: 'store' });
      expect(made).toBe('Running on store.apps.example.com!');
      await callHosted('/add_domain', { name: 'store', domain: host });
      const issued = await certificateOf(host, 'valid');
      await certificateOf('store.apps.example.com', 'valid');
      await waitFor(async () => (await shownTo(host)) === issued.fingerprint, soon);
      expect(await callHosted('/add_domain', { name: 'shop', domain: host, force: true })).toEqual({ success: true });
      expect(await shownTo(host)).toBe(issued.fingerprint);
      expect(await callHosted('/delete', { name: 'store' })).toEqual({ success: true });
      expect(await read(host)).toMatchObject({ state: 'valid', fingerprint: issued.fingerprint });
    });

    test('are left for https by visitors, unless their domain says otherwise', async () => {
      const statusAt = async (host: string) => (await visit(edgePort, host)).status;
      expect(await Promise.all(['shop.example.org', 'shop.apps.example.com'].map(statusAt))).toEqual([301, 301]);
      const byHttp = { host: 'shop.example.org', pathPrefix: '/', stripPrefix: false, requireTls: false };
      await operator.call('PUT', '/v1/apps/shop/domains?wait=60s', byHttp);
      await waitFor(async () => (await statusAt('shop.example.org')) === 200, soon);
      expect(await statusAt('shop.apps.example.com')).toBe(301);
    });

    test('show the old certificate until the new one is there: no visitor meets none', async () => {
      const before = await read('shop.example.org');
      const seen = new Set<string>();
      const watching = new AbortController();
      const visitor = (async () => {
        while (!watching.signal.aborted) seen.add(await shownTo('shop.example.org'));
      })();
      const renewed = await operator.call('POST', '/v1/certificates/shop.example.org/actions/renew?wait=60s');
      expect(renewed).toMatchObject({ status: 200, body: { id: before.id, state: 'valid' } });
      expect(renewed.body.fingerprint).not.toBe(before.fingerprint);
      await waitFor(async () => (await shownTo('shop.example.org')) === renewed.body.fingerprint, soon);
      watching.abort();
      await visitor;
      expect(seen).toEqual(new Set([before.fingerprint, renewed.body.fingerprint]));
    });

    test('are shown one’s own certificate in its place, and the authority’s again without it', async () => {
      const issued = await read('shop.example.org');
      const own = await operator.call('PUT', '/v1/certificates', selfSigned('shop.example.org'));
      expect(own).toMatchObject({ status: 201, body: { source: 'upload', hosts: ['shop.example.org'] } });
      await waitFor(async () => (await shownTo('shop.example.org')) === own.body.fingerprint, soon);
      expect((await operator.call('DELETE', `/v1/certificates/${own.body.id}`)).status).toBe(204);
      await waitFor(async () => (await shownTo('shop.example.org')) === issued.fingerprint, soon);
    });

    test('are shown their certificates by the edge alone, while the daemon is away', async () => {
      const { fingerprint } = await read('shop.example.org');
      await daemon.kill9();
      expect(await shownTo('shop.example.org')).toBe(fingerprint);
      daemon = await daemon.startAgain();
      operator = new Operator(daemon);
      expect(await shownTo('shop.example.org')).toBe(fingerprint);
      expect(await read('shop.example.org')).toMatchObject({ fingerprint, state: 'valid' });
    });

    test('say why they have none, ask the authority for nothing meanwhile, and get one once they lead here', async () => {
      await authority.setDns('set-servfail', { host: 'later.example.org' });
      await operator.call('PUT', '/v1/apps/shop/domains?wait=30s', { host: 'later.example.org' });
      const orders = authority.countOrders();
      const failed = await certificateOf('later.example.org', 'failed');
      expect(failed).toMatchObject({
        failures: 1,
        reason: expect.stringContaining('DNS does not say where') as string,
      });
      expect(Date.parse(failed.nextAttemptAt)).toBeGreaterThan(Date.now() + 20_000);
      const failing = await operator.call('POST', '/v1/certificates/later.example.org/actions/renew?wait=30s');
      expect(failing).toMatchObject({ status: 422, body: { code: 'domain-unproven' } });
      expect(authority.countOrders()).toBe(orders);
      await authority.setDns('clear-servfail', { host: 'later.example.org' });
      const renewed = await operator.call('POST', '/v1/certificates/later.example.org/actions/renew?wait=60s');
      expect(renewed).toMatchObject({ status: 200, body: { state: 'valid', failures: 0 } });
      const { body } = await operator.call('GET', '/metrics');
      expect(body).toMatch(/berth_certificate_expiry_seconds\{host="later\.example\.org"\} \d{10}/);
    });

    test('go on with the same order when the daemon is killed in the middle of it', async () => {
      const orders = authority.countOrders();
      await operator.call('PUT', '/v1/apps/shop/domains?wait=30s', { host: 'middle.example.org' });
      await waitFor(async () => (await read('middle.example.org')).reason?.includes('looks at') === true, {
        ...soon,
        what: 'the authority to look',
      });
      await daemon.kill9();
      daemon = await daemon.startAgain();
      operator = new Operator(daemon);
      await certificateOf('middle.example.org', 'valid');
      expect(authority.countOrders()).toBe(orders + 1);
    });

    test('get none from an authority that is away, keep what they have, and get theirs when it is back', async () => {
      const before = await read('shop.example.org');
      await authority.kill();
      await operator.call('PUT', '/v1/apps/shop/domains?wait=30s', { host: 'away.example.org' });
      const failed = await certificateOf('away.example.org', 'failed');
      expect(failed.reason).toContain('does not answer');
      expect(await read('shop.example.org')).toMatchObject({ state: 'valid', fingerprint: before.fingerprint });
      await authority.startAgain();
      // It has forgotten the account: the first attempt finds that out, the second opens a new one.
      await operator.call('POST', '/v1/certificates/away.example.org/actions/renew?wait=60s');
      const renewed = await operator.call('POST', '/v1/certificates/away.example.org/actions/renew?wait=60s');
      expect(renewed).toMatchObject({ status: 200, body: { state: 'valid' } });
    });
  });
});

describeWithEngine('hosts that prove themselves by TLS alone', (engineSocket) => {
  describeWithAuthority('to an authority', () => {
    beforeAll(async () => {
      await ensureImages(engineSocket);
      await open(engineSocket, { challenge: 'tls-alpn-01' });
    });
    afterAll(close);

    test('get certificates as well', async () => {
      await operator.deploy('shop', { image: 'berth-test/web:1' });
      const { fingerprint } = await certificateOf('shop.apps.example.com', 'valid');
      await waitFor(async () => (await shownTo('shop.apps.example.com')) === fingerprint, soon);
    });
  });
});

describeWithEngine('hosts whose zone can be written', (engineSocket) => {
  describeWithAuthority('share a wildcard', () => {
    const folder = mkdtempSync(join(tmpdir(), 'berth-hook-'));
    const records = join(folder, 'hook.mjs');
    beforeAll(async () => {
      await ensureImages(engineSocket);
      await open(engineSocket, { dns: { exec: { command: [process.execPath, records] }, propagationSeconds: 3 } });
    });
    afterAll(async () => {
      await close();
      rmSync(folder, { recursive: true });
    });

    test('that the authority gives once the record is there', async () => {
      writeFileSync(records, silentHook);
      await operator.deploy('shop', { image: 'berth-test/web:1' });
      const failed = await certificateOf('*.apps.example.com', 'failed');
      expect(failed.reason).toContain('does not show the record of _acme-challenge.apps.example.com');
      writeFileSync(records, hookTo(authority.dnsManagement));
      const renewed = await operator.call('POST', '/v1/certificates/*.apps.example.com/actions/renew?wait=60s');
      expect(renewed).toMatchObject({ status: 200, body: { hosts: ['*.apps.example.com'], state: 'valid' } });
      expect(await read('shop.apps.example.com')).toMatchObject({ id: renewed.body.id });
      await operator.deploy('blog', { image: 'berth-test/web:1' });
      expect(await read('blog.apps.example.com')).toMatchObject({ id: renewed.body.id });
      expect(authority.countOrders()).toBe(1);
      for (const host of ['shop', 'blog'])
        await waitFor(async () => (await shownTo(`${host}.apps.example.com`)) === renewed.body.fingerprint, soon);
    });
  });
});

/** An older API, under a prefix of the API’s address. */
const hosted = { prefix: '/hosted', secret: 'a deploy key' };

async function callHosted(path: string, params: object): Promise<unknown> {
  const body = JSON.stringify({ secret: hosted.secret, ...params });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${daemon.apiUrl}${hosted.prefix}${path}`, { method: 'POST', headers, body });
  return path === '/new' ? answer.text() : answer.json();
}

/** Starts an authority and a daemon whose edge it comes to. */
async function open(engineSocket: string, acme: object): Promise<void> {
  [edgePort, securePort] = await Promise.all([findFreePort(), findFreePort()]);
  authority = await startAuthority({ httpPort: edgePort, tlsPort: securePort, slowSeconds: 2 });
  daemon = await startDaemon({ engineSocket, settings: { edge: edgeSettings(acme), dialects: { hosted } } });
  operator = new Operator(daemon);
}

async function close(): Promise<void> {
  await daemon.stop();
  await authority.stop();
}

function selfSigned(host: string) {
  const folder = mkdtempSync(join(tmpdir(), 'berth-own-'));
  const [key, chain] = [join(folder, 'key.pem'), join(folder, 'chain.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '90'];
  const names = ['-subj', '/CN=own', '-addext', `subjectAltName=DNS:${host}`];
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', chain], { stdio: 'ignore' });
  const [certificatePem, keyPem] = [readFileSync(chain, 'utf8'), readFileSync(key, 'utf8')];
  rmSync(folder, { recursive: true });
  return { certificatePem, keyPem };
}

/** Says that it did it. */
const silentHook = 'process.exit(0);';

/** Writes into the authority's own DNS. */
function hookTo(management: string): string {
  return `const [action, name, value] = process.argv.slice(2);
const call = action === 'put' ? 'set-txt' : 'clear-txt';
const { status } = await fetch('${management}/' + call, { method: 'POST', body: JSON.stringify({ host: name + '.', value }) });
process.exit(status === 200 ? 0 : 1);`;
}

function edgeSettings(more: object = {}) {
  return {
    http: `127.0.0.1:${edgePort}`,
    https: `127.0.0.1:${securePort}`,
    baseDomain: 'apps.example.com',
    acme: {
      directory: authority.directory,
      termsAgreed: true,
      caFile: authority.caFile,
      checkPort: edgePort,
      resolvers: [authority.dnsServer],
      ...more,
    },
  };
}

function certificateOf(host: string, state: string): Promise<Reply['body']> {
  return waitFor(
    async () => {
      const body = await read(host);
      return body.state === state ? body : undefined;
    },
    { ...soon, what: `a ${state} certificate of ${host}` },
  );
}

/** The certificate that a visitor of the host is shown. */
async function shownTo(host: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: securePort, servername: host, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const fingerprint = socket.getPeerX509Certificate()?.fingerprint256 ?? '';
  socket.destroy();
  return fingerprint.replaceAll(':', '').toLowerCase();
}

async function read(host: string): Promise<Reply['body']> {
  return (await operator.call('GET', `/v1/certificates/${host}`)).body;
}
