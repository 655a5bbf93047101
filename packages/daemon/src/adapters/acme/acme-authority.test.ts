import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSecureContext, createServer as createTlsServer, type SecureContext } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AuthorityFront, startAuthorityFront } from '../../../../../test/harness/authority-front.ts';
import { describeWithAuthority, startAuthority, type TestAuthority } from '../../../../../test/harness/pebble.ts';
import type { AuthorityAccount } from '../../core/certificate.ts';
import type { CertificateAuthority, Challenge } from '../../ports/certificate-authority.ts';
import { systemClock } from '../system-clock/system-clock.ts';
import { createAcmeAuthority } from './acme-authority.ts';
import { findCertificateIdentifier } from './der/certificate-identifier.ts';
import type { AcmeOptions } from './acme-session.ts';

const never = new AbortController().signal;

/** Answers to HTTP-01 by path; what is not in it is not found. */
const answers = new Map<string, string>();
let door: Server;
let pebble: TestAuthority;
const open: CertificateAuthority[] = [];
let account: AuthorityAccount | undefined;

/** A client of the authority, and the account it has kept. */
function connect(given: Partial<AcmeOptions> = {}): CertificateAuthority {
  const vault = {
    find: () => account,
    keep: async (kept: AuthorityAccount) => void (account = kept),
  };
  const { directory, ca } = pebble;
  const authority = createAcmeAuthority({ directory, ca, clock: systemClock, vault, ...given });
  open.push(authority);
  return authority;
}

let hostCount = 0;

/** One that the authority has no proof of yet: now and then it goes on with an earlier one. */
function freshHost(): string {
  hostCount += 1;
  return `shop${hostCount}.example.org`;
}

function newKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' });
}

async function listen(): Promise<number> {
  door = createServer((request, response) => {
    const answer = answers.get(`${request.headers.host?.split(':')[0]}${request.url}`);
    response.writeHead(answer === undefined ? 404 : 200).end(answer);
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  return (door.address() as AddressInfo).port;
}

function answerByHttp(challenge: Challenge): void {
  if (challenge.kind !== 'http-01') throw new Error('This is no challenge by http.');
  answers.set(`${challenge.host}/.well-known/acme-challenge/${challenge.token}`, challenge.keyAuthorization);
}

async function answerByDns(challenge: Challenge): Promise<void> {
  if (challenge.kind !== 'dns-01') throw new Error('This is no challenge by DNS.');
  await pebble.setDns('set-txt', { host: `${challenge.name}.`, value: challenge.value });
}

async function issue(authority: CertificateAuthority, hosts: readonly string[], keyPem: string): Promise<string> {
  const order = await authority.openOrder({ hosts, replaces: null });
  for (const challenge of await authority.listChallenges(order.url, 'http-01')) {
    answerByHttp(challenge);
    await authority.prove(challenge, never);
  }
  return authority.obtain(order.url, keyPem, never);
}

describeWithAuthority('an authority that refuses three of ten good nonces', () => {
  beforeAll(async () => {
    pebble = await startAuthority({ httpPort: await listen() });
  });
  afterAll(async () => {
    await pebble.stop();
    door.close();
  });
  beforeEach(() => {
    account = undefined;
    answers.clear();
  });
  afterEach(() => {
    for (const authority of open.splice(0)) authority.close();
  });

  test('issues a certificate for hosts that prove to lead here', async () => {
    const keyPem = newKey();
    const pem = await issue(connect(), ['shop.example.org', 'www.example.org'], keyPem);
    const leaf = new X509Certificate(pem);
    expect(leaf.subjectAltName?.split(', ').toSorted()).toEqual(['DNS:shop.example.org', 'DNS:www.example.org']);
    expect(leaf.checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
    const [, ...rest] = pem.split('-----END CERTIFICATE-----\n').filter((part) => part.includes('BEGIN'));
    expect(leaf.checkIssued(new X509Certificate(`${rest[0]}-----END CERTIFICATE-----\n`))).toBe(true);
  });

  test('issues a wildcard to who can write into the domain’s DNS', async () => {
    const authority = connect();
    const order = await authority.openOrder({ hosts: ['*.apps.example.org'], replaces: null });
    const [challenge, ...others] = await authority.listChallenges(order.url, 'dns-01');
    expect(others).toEqual([]);
    expect(challenge).toMatchObject({ host: 'apps.example.org', name: '_acme-challenge.apps.example.org' });
    await answerByDns(challenge as Challenge);
    await authority.prove(challenge as Challenge, never);
    const leaf = new X509Certificate(await authority.obtain(order.url, newKey(), never));
    expect(leaf.subjectAltName).toBe('DNS:*.apps.example.org');
  });

  test('is not asked for a wildcard by http', async () => {
    const authority = connect();
    const order = await authority.openOrder({ hosts: ['*.apps.example.org'], replaces: null });
    await expect(authority.listChallenges(order.url, 'http-01')).rejects.toMatchObject({ code: 'authority-refused' });
  });

  test('knows the account again by its key, and another key is another account', async () => {
    await issue(connect(), ['one.example.org'], newKey());
    const first = account;
    expect(first?.url).toMatch(/^https:/);
    await issue(connect(), ['two.example.org'], newKey());
    expect(account).toEqual(first);
    account = { keyPem: first?.keyPem ?? '', contacts: [], url: null };
    await issue(connect(), ['three.example.org'], newKey());
    expect(account?.url).toBe(first?.url);
    account = undefined;
    await issue(connect(), ['four.example.org'], newKey());
    expect(account).not.toMatchObject({ url: first?.url });
  });

  test('is told of another address for its letters', async () => {
    await issue(connect({ email: 'ada@example.org' }), ['one.example.org'], newKey());
    const { url } = account ?? {};
    await issue(connect({ email: 'bob@example.org' }), ['two.example.org'], newKey());
    expect(account).toMatchObject({ url, contacts: ['mailto:bob@example.org'] });
  });

  test('that has forgotten the account is given a new one', async () => {
    const authority = connect();
    await issue(authority, ['one.example.org'], newKey());
    await pebble.kill();
    await pebble.startAgain();
    const before = account;
    await expect(authority.findOrder(`${new URL(pebble.directory).origin}/my-order/none`)).resolves.toBeUndefined();
    await issue(authority, ['two.example.org'], newKey());
    expect(account).toMatchObject({
      keyPem: before?.keyPem,
      url: expect.not.stringMatching(`^${before?.url}$`) as string,
    });
  });

  test('says of a host that does not answer which it is, and why', async () => {
    const authority = connect();
    const order = await authority.openOrder({ hosts: ['away.example.org'], replaces: null });
    const [challenge] = await authority.listChallenges(order.url, 'http-01');
    const refusal = authority.prove(challenge as Challenge, never);
    await expect(refusal).rejects.toMatchObject({ code: 'domain-unproven', facts: { host: 'away.example.org' } });
    await expect(authority.findOrder(order.url)).resolves.toMatchObject({ state: 'invalid' });
    await expect(authority.obtain(order.url, newKey(), never)).rejects.toMatchObject({ code: 'authority-refused' });
    await expect(authority.listChallenges(order.url, 'http-01')).rejects.toMatchObject({ code: 'domain-unproven' });
  });

  test('refuses a name that nobody can have, and says so', async () => {
    const refusal = connect().openOrder({ hosts: ['not_a_host'], replaces: null });
    await expect(refusal).rejects.toMatchObject({
      code: 'authority-refused',
      message: expect.stringContaining('illegal character') as string,
    });
  });
});

describeWithAuthority('an order', () => {
  beforeAll(async () => {
    account = undefined;
    pebble = await startAuthority({ httpPort: await listen(), refusedNonces: 0 });
  });
  afterAll(async () => {
    for (const authority of open.splice(0)) authority.close();
    await pebble.stop();
    door.close();
  });

  test.each(['pending', 'proven', 'finalized'])('that is %s is gone on with after a restart', async (stage) => {
    const keyPem = newKey();
    const before = connect();
    const { url } = await before.openOrder({ hosts: [freshHost()], replaces: null });
    if (stage !== 'pending') await proveAll(before, url);
    const first = stage === 'finalized' ? await before.obtain(url, keyPem, never) : undefined;
    before.close();
    const after = connect();
    await expect(after.findOrder(url)).resolves.toMatchObject({
      state: stage === 'pending' ? 'pending' : stage === 'proven' ? 'ready' : 'valid',
    });
    await proveAll(after, url);
    const pem = await after.obtain(url, keyPem, never);
    if (first !== undefined) expect(pem).toBe(first);
    expect(new X509Certificate(pem).checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
  });

  test('whose challenge was sent off before the restart is only waited for', async () => {
    const { url } = await connect().openOrder({ hosts: [freshHost()], replaces: null });
    const [challenge] = await connect().listChallenges(url, 'http-01');
    answerByHttp(challenge as Challenge);
    const leaving = new AbortController();
    const proving = connect().prove(challenge as Challenge, leaving.signal);
    leaving.abort(new Error('the daemon ends'));
    await proving.catch(() => undefined);
    const after = connect();
    await proveAll(after, url);
    expect(await after.obtain(url, newKey(), never)).toContain('BEGIN CERTIFICATE');
  });

  test('that the authority does not know is none', async () => {
    await expect(connect().findOrder(`${new URL(pebble.directory).origin}/my-order/none`)).resolves.toBeUndefined();
  });

  test('is not begun at an authority that does not answer, and says which', async () => {
    const authority = connect({ directory: 'https://127.0.0.1:1/dir' });
    await expect(authority.openOrder({ hosts: ['a.example.org'], replaces: null })).rejects.toMatchObject({
      code: 'authority-unreachable',
      message: expect.stringContaining('127.0.0.1:1') as string,
    });
  });

  test('is not begun at an authority whose own certificate is not trusted, and says what to set', async () => {
    const authority = connect({ ca: undefined });
    await expect(authority.openOrder({ hosts: ['a.example.org'], replaces: null })).rejects.toMatchObject({
      code: 'authority-unreachable',
      message: expect.stringContaining('edge.acme.caFile') as string,
    });
  });

  test('is not begun at what is no authority', async () => {
    const { port } = door.address() as AddressInfo;
    answers.set('127.0.0.1/', '{"hello":"world"}');
    const authority = connect({ directory: `http://127.0.0.1:${port}/` });
    await expect(authority.openOrder({ hosts: ['a.example.org'], replaces: null })).rejects.toMatchObject({
      code: 'authority-refused',
      message: expect.stringContaining('edge.acme.directory') as string,
    });
  });
});

describeWithAuthority('an authority that wants accounts bound to its own', () => {
  const binding = { keyId: 'kid-1', hmacKey: 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W' };
  beforeAll(async () => {
    account = undefined;
    pebble = await startAuthority({ httpPort: await listen(), binding });
  });
  afterAll(async () => {
    for (const authority of open.splice(0)) authority.close();
    await pebble.stop();
    door.close();
  });

  test('takes no other, and Berth says what to set', async () => {
    await expect(connect().openOrder({ hosts: ['a.example.org'], replaces: null })).rejects.toMatchObject({
      code: 'authority-refused',
      message: expect.stringContaining('edge.acme.eabKeyId') as string,
    });
  });

  test('takes no binding by a wrong key', async () => {
    const wrong = { keyId: binding.keyId, hmacKey: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' };
    const attempt = connect({ binding: wrong }).openOrder({ hosts: ['a.example.org'], replaces: null });
    await expect(attempt).rejects.toMatchObject({ code: 'authority-refused' });
  });

  test('issues to an account that is', async () => {
    expect(await issue(connect({ binding }), ['shop.example.org'], newKey())).toContain('BEGIN CERTIFICATE');
  });
});

describeWithAuthority('an authority that says when to renew', () => {
  let front: AuthorityFront;
  beforeAll(async () => {
    account = undefined;
    pebble = await startAuthority({ httpPort: await listen() });
    front = await startAuthorityFront(pebble);
  });
  afterAll(async () => {
    for (const authority of open.splice(0)) authority.close();
    await front.stop();
    await pebble.stop();
    door.close();
  });

  test('is asked by the certificate’s own name, and heard', async () => {
    const authority = connect({ directory: front.directory });
    const pem = await issue(authority, ['shop.example.org'], newKey());
    const [startMs, endMs] = [Date.UTC(2030, 0, 1), Date.UTC(2030, 0, 2)];
    front.suggest({ startMs, endMs, retryAfterSeconds: 7200 });
    const window = await authority.findRenewalWindow(pem);
    expect(window).toMatchObject({ startMs, endMs, explanationUrl: null });
    expect(front.asked).toEqual([nameOf(pem)]);
    front.suggest({ startMs: endMs, endMs: startMs, retryAfterSeconds: 1 });
    await expect(authority.findRenewalWindow(pem)).resolves.toBeUndefined();
  });

  test('is told which certificate the new one follows', async () => {
    const authority = connect({ directory: front.directory });
    const pem = await issue(authority, ['shop.example.org'], newKey());
    await authority.openOrder({ hosts: ['shop.example.org'], replaces: pem });
    expect(front.orders.at(-1)).toEqual({
      identifiers: [{ type: 'dns', value: 'shop.example.org' }],
      replaces: nameOf(pem),
    });
  });

  test('that saw the certificate replaced already gives a usual order', async () => {
    const authority = connect({ directory: front.directory });
    const pem = await issue(authority, ['shop.example.org'], newKey());
    const body = { type: 'urn:ietf:params:acme:error:alreadyReplaced', detail: 'replaced' };
    front.refuse('/order-plz', { times: 1, status: 409, body });
    const order = await authority.openOrder({ hosts: ['shop.example.org'], replaces: pem });
    // The authority may remember the proof of the first.
    expect(['pending', 'ready']).toContain(order.state);
    expect(front.orders.at(-1)).not.toHaveProperty('replaces');
  });

  test('and wants to be left alone says for how long', async () => {
    const body = { type: 'urn:ietf:params:acme:error:rateLimited', detail: 'too many\u001b[31m certificates' };
    front.refuse('/order-plz', { times: 1, status: 429, body });
    const attempt = connect({ directory: front.directory }).openOrder({ hosts: ['a.example.org'], replaces: null });
    await expect(attempt).rejects.toMatchObject({
      code: 'authority-limited',
      facts: { retryAfterMs: 7000 },
      message: expect.stringContaining('“too many [31m certificates”') as string,
    });
  });

  test('that fails for a moment is said to be away', async () => {
    front.refuse('/order-plz', { times: 1, status: 500, body: {} });
    const attempt = connect({ directory: front.directory }).openOrder({ hosts: ['a.example.org'], replaces: null });
    await expect(attempt).rejects.toMatchObject({ code: 'authority-unreachable' });
  });
});

describeWithAuthority('a host that proves itself by TLS alone', () => {
  test('shows the certificate that the authority looks for', async () => {
    account = undefined;
    const shown: Challenge[] = [];
    const tlsDoor = createTlsServer({
      ALPNProtocols: ['acme-tls/1'],
      SNICallback: (_, done) => done(null, context(shown[0])),
    });
    tlsDoor.listen(0, '127.0.0.1');
    await once(tlsDoor, 'listening');
    pebble = await startAuthority({ httpPort: 1, tlsPort: (tlsDoor.address() as AddressInfo).port });
    const authority = connect();
    const { url } = await authority.openOrder({ hosts: [freshHost()], replaces: null });
    shown.push(...(await authority.listChallenges(url, 'tls-alpn-01')));
    await authority.prove(shown[0] as Challenge, never);
    expect(await authority.obtain(url, newKey(), never)).toContain('BEGIN CERTIFICATE');
    authority.close();
    tlsDoor.close();
    await pebble.stop();
  });
});

function context(challenge: Challenge | undefined): SecureContext {
  if (challenge?.kind !== 'tls-alpn-01') throw new Error('This is no challenge by TLS.');
  return createSecureContext({ cert: challenge.certificatePem, key: challenge.keyPem });
}

describeWithAuthority('an authority that does not say when to renew', () => {
  test('is not asked, nor told what is followed', async () => {
    account = undefined;
    pebble = await startAuthority({ httpPort: await listen() });
    const authority = connect();
    const pem = await issue(authority, ['shop.example.org'], newKey());
    await expect(authority.findRenewalWindow(pem)).resolves.toBeUndefined();
    await authority.openOrder({ hosts: ['shop.example.org'], replaces: pem });
    authority.close();
    await pebble.stop();
    door.close();
  });
});

function nameOf(pem: string): string {
  return findCertificateIdentifier(pem) ?? '';
}

async function proveAll(authority: CertificateAuthority, orderUrl: string): Promise<void> {
  for (const challenge of await authority.listChallenges(orderUrl, 'http-01')) {
    answerByHttp(challenge);
    await authority.prove(challenge, never);
  }
}
