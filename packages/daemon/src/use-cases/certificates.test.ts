import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSelfSigned } from '../adapters/acme/der/self-signed.ts';
import { newCertificate } from '../core/certificate.ts';
import {
  certificateOfHost,
  listCertificates,
  putCertificate,
  removeCertificate,
  showCertificate,
} from './certificates.ts';
import { addDomain, removeDomain } from './domains.ts';
import { renewCertificate } from './renew-certificate.ts';
import { deployed, settle } from './test-app.contract.ts';
import { ada, bob, openTestContext, root, type TestContext } from './test-context.contract.ts';
import { removeUser } from './users.ts';

const dayMs = 86_400_000;
const signal = new AbortController().signal;

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
  await deployed(context, ada, { name: 'blog', domains: [{ host: 'blog.org' }, { host: 'www.blog.org' }] });
  await deployed(context, bob, { name: 'shop', domains: [{ host: 'shop.org' }] });
});
afterEach(() => context.close());

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keyPem = privateKey.export({ format: 'pem', type: 'pkcs8' });

function bring(hosts: readonly string[], { fromDays = -1, toDays = 90, key = privateKey } = {}) {
  const now = Math.floor(context.clock.now() / 1000) * 1000;
  const times = { notBefore: now + fromDays * dayMs, notAfter: now + toDays * dayMs };
  return { certificatePem: createSelfSigned({ commonName: 'Own CA', hosts, ...times }, key), keyPem };
}

describe('a certificate of one’s own', () => {
  test('takes its hosts from its names, and is shown without its key', async () => {
    const { certificate, created } = await putCertificate(context, ada, bring(['www.blog.org', 'blog.org']));
    expect(created).toBe(true);
    expect(certificate).toMatchObject({
      hosts: ['blog.org', 'www.blog.org'],
      owner: 'ada',
      state: 'valid',
      source: 'upload',
    });
    expect(JSON.stringify([certificate, listCertificates(context, root)])).not.toContain('PRIVATE');
    expect(showCertificate(context, ada, 'www.blog.org').id).toBe(certificate.id);
    expect(certificateOfHost(context, 'blog.org')).toMatchObject({ state: 'valid', id: certificate.id });
  });

  test('takes the place of the one before with the same hosts; the same again changes nothing', async () => {
    const first = bring(['blog.org']);
    const { certificate } = await putCertificate(context, ada, first);
    const { revision } = context.ledger;
    expect(await putCertificate(context, ada, first)).toEqual({ certificate, created: false });
    expect(context.ledger.revision).toBe(revision);
    const next = await putCertificate(context, ada, bring(['blog.org'], { toDays: 180 }));
    expect(next).toMatchObject({ created: false, certificate: { id: certificate.id } });
    expect(next.certificate.fingerprint).not.toBe(certificate.fingerprint);
    expect(listCertificates(context, ada)).toHaveLength(1);
  });

  test.each([
    ['somebody else’s app', 'shop.org'],
    ['no app', 'free.org'],
    ['all apps of a domain', '*.blog.org'],
    ['the base domain', '*.localhost'],
  ])('is refused to a user when it names %s', async (_, host) => {
    await expect(putCertificate(context, ada, bring(['blog.org', host]))).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining(host) as string,
    });
    const { certificate } = await putCertificate(context, root, bring(['blog.org', host]));
    expect(certificate.owner).toBeNull();
  });

  test('needs a token that may deploy', async () => {
    const reader = { ...ada, scopes: ['read'] as const };
    await expect(putCertificate(context, reader, bring(['blog.org']))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(removeCertificate(context, reader, 'blog.org')).rejects.toThrow();
  });

  test.each([
    ['has ended', () => bring(['blog.org'], { toDays: -0.5 }), 'certificatePem', 'ended on'],
    ['begins later', () => bring(['blog.org'], { fromDays: 1 }), 'certificatePem', 'begins on'],
    ['names no host', () => bring([]), 'certificatePem', 'no host'],
    ['names what is no host', () => bring(['a b']), 'certificatePem', 'no host'],
    ['is none', () => ({ certificatePem: 'hello', keyPem }), 'certificatePem', 'BEGIN CERTIFICATE'],
    [
      'is broken',
      () => ({ certificatePem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', keyPem }),
      'certificatePem',
      'cannot be read',
    ],
    ['has no key', () => ({ ...bring(['blog.org']), keyPem: 'hello' }), 'keyPem', 'no private key'],
    [
      'has another’s key',
      () => bring(['blog.org'], { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }),
      'keyPem',
      'not the key',
    ],
    ['has an encrypted key', () => ({ ...bring(['blog.org']), keyPem: encrypted }), 'keyPem', 'decrypt it first'],
    ['is followed by one that did not issue it', () => twice(), 'certificatePem', 'leaf first'],
  ] as const)('that %s is refused with the reason', async (...[, make, field, word]) => {
    await expect(putCertificate(context, ada, make())).rejects.toMatchObject({
      code: 'certificate-refused',
      message: expect.stringContaining(word) as string,
      facts: { errors: [{ field }] },
    });
  });

  test('with a key that browsers refuse is refused', async () => {
    const { privateKey: weak } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const pem = weak.export({ format: 'pem', type: 'pkcs8' });
    const refusal = putCertificate(context, ada, { ...bring(['blog.org'], { key: weak }), keyPem: pem });
    await expect(refusal).rejects.toMatchObject({ message: expect.stringContaining('1024 bits') as string });
  });

  test('serves its owner’s hosts only: not a domain that went to somebody else', async () => {
    await putCertificate(context, ada, bring(['blog.org']));
    await removeDomain(context, ada, { name: 'blog', host: 'blog.org', pathPrefix: '/' });
    await settle(context, 'blog');
    await addDomain(context, bob, { name: 'shop', domain: { host: 'blog.org', pathPrefix: '/', stripPrefix: false } });
    expect(certificateOfHost(context, 'blog.org')).toMatchObject({ state: 'none', id: null });
    expect(() => showCertificate(context, bob, 'blog.org')).toThrow('certificate');
  });

  test('goes with its owner', async () => {
    await putCertificate(context, root, bring(['shop.org']));
    await context.ledger.write(() => ({
      changes: [{ kind: 'user.put', user: { name: 'eve', role: 'user', createdAt: 0 } }],
      result: null,
    }));
    const kept = {
      ...newCertificate({ id: 'eves', hosts: ['eve.org'], now: 0, source: 'upload' as const }),
      owner: 'eve',
    };
    await context.ledger.write(() => ({ changes: [{ kind: 'certificate.put', certificate: kept }], result: null }));
    await removeUser(context, root, 'eve');
    expect(listCertificates(context, root).map(({ hosts }) => hosts[0])).toEqual(['shop.org']);
  });
});

describe('certificates', () => {
  test('are seen by whose hosts they serve', async () => {
    await putCertificate(context, root, bring(['*.org']));
    const { certificate } = await putCertificate(context, bob, bring(['shop.org']));
    expect(() => showCertificate(context, ada, certificate.id)).toThrow('There is no certificate');
    const seen = (actor: typeof ada) => listCertificates(context, actor).map(({ hosts }) => hosts.join());
    expect(seen(root)).toEqual(['*.org', 'shop.org']);
    expect(seen(ada)).toEqual(['*.org']);
    expect(seen(bob)).toEqual(['*.org', 'shop.org']);
  });

  test('of others are removed by administrators alone', async () => {
    const { certificate } = await putCertificate(context, root, bring(['blog.org']));
    await expect(removeCertificate(context, ada, certificate.id)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(removeCertificate(context, bob, certificate.id)).rejects.toMatchObject({
      code: 'certificate-not-found',
    });
    await removeCertificate(context, root, certificate.id);
    await expect(removeCertificate(context, root, certificate.id)).rejects.toMatchObject({
      code: 'certificate-not-found',
    });
  });

  test('that nobody asks for say why', () => {
    expect(certificateOfHost(context, 'blog.org')).toEqual({
      state: 'none',
      reason: expect.stringContaining('edge.acme.directory') as string,
      notAfter: null,
      id: null,
    });
    expect(() => showCertificate(context, ada, 'blog.org')).toThrow('edge.acme.directory');
  });

  test('that were brought are not renewed here', async () => {
    await putCertificate(context, ada, bring(['blog.org']));
    await expect(renewCertificate(context, ada, { key: 'blog.org', signal })).rejects.toMatchObject({
      code: 'wrong-state',
    });
  });
});

const encrypted = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  format: 'pem',
  type: 'pkcs8',
  cipher: 'aes-256-cbc',
  passphrase: 'secret',
});

function twice() {
  const leaf = bring(['blog.org']);
  const { privateKey: other } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...leaf, certificatePem: leaf.certificatePem + bring(['blog.org'], { key: other }).certificatePem };
}
