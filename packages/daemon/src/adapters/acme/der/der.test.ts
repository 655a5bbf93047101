import { spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findCertificateIdentifier } from './certificate-identifier.ts';
import { createChallengeCertificate } from './challenge-certificate.ts';
import { der } from './der.ts';
import { readDer } from './read-der.ts';
import { createSigningRequest } from './signing-request.ts';

const folder = mkdtempSync(join(tmpdir(), 'berth-der-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** What OpenSSL makes of a file. */
function openssl(
  words: readonly string[],
  file: { readonly name: string; readonly bytes: Uint8Array | string },
): string {
  const path = join(folder, file.name);
  writeFileSync(path, file.bytes);
  const { stdout, stderr } = spawnSync('openssl', [...words, '-in', path], { encoding: 'utf8' });
  return stdout + stderr;
}

describe('an element', () => {
  test.each([
    ['a short one', der.octetString(Buffer.alloc(3, 7)), '0403070707'],
    ['zero', der.integer(Buffer.of(0, 0)), '020100'],
    ['a number whose first bit is set', der.integer(Buffer.of(0x80)), '02020080'],
    ['a number with zeros before it', der.integer(Buffer.of(0, 0, 0x7f)), '02017f'],
    ['an object identifier', der.oid('1.2.840.113549.1.9.14'), '06092a864886f70d01090e'],
    ['a moment before 2050', der.time(Date.UTC(2049, 11, 31, 23, 59, 59)), `170d${hex('491231235959Z')}`],
    ['a moment from 2050 on', der.time(Date.UTC(2050, 0, 1)), `180f${hex('20500101000000Z')}`],
  ])('%s', (_, bytes, expected) => {
    expect(bytes.toString('hex')).toBe(expected);
  });

  test.each([0, 1, 127, 128, 255, 256, 65_535, 65_536])('of %d bytes is read as it was written', (length) => {
    const content = Buffer.alloc(length, 1);
    expect(readDer(Buffer.concat([der.octetString(content), der.boolean(true)]))).toEqual([
      { tag: 4, content },
      { tag: 1, content: Buffer.of(0xff) },
    ]);
  });

  test('that is cut off is not read', () => {
    const bytes = der.octetString(Buffer.alloc(300));
    for (const end of [1, 2, 3, 299]) expect(() => readDer(bytes.subarray(0, end))).toThrow(RangeError);
    expect(() => readDer(Buffer.from('3080', 'hex'))).toThrow(RangeError);
  });
});

describe('a signing request', () => {
  const hosts = ['shop.example.org', '*.example.org', `${'long-label-'.repeat(5)}x.example.org`];
  const request = createSigningRequest(hosts, privateKey);

  test('is one to OpenSSL, and its signature holds', () => {
    const file = { name: 'request.der', bytes: request };
    const text = openssl(['req', '-inform', 'DER', '-noout', '-text', '-verify'], file);
    expect(text).toMatch(/verify OK/);
    for (const host of hosts) expect(text).toContain(`DNS:${host}`);
    expect(text).toContain('NIST CURVE: P-256');
    expect(text).toMatch(/Subject:\s*\n/);
  });

  test('whose bytes were changed holds no longer', () => {
    const changed = Buffer.from(request);
    changed.write('shap', changed.indexOf('shop'));
    const file = { name: 'changed.der', bytes: changed };
    expect(openssl(['req', '-inform', 'DER', '-noout', '-verify'], file)).toMatch(/verify failure/);
  });
});

describe('a challenge certificate', () => {
  const facts = { host: 'shop.example.org', keyAuthorization: 'token.thumbprint', nowMs: Date.UTC(2026, 0, 2) };
  const pem = createChallengeCertificate(facts, privateKey);

  test('is of the one host, signed by its own key', () => {
    const certificate = new X509Certificate(pem);
    expect(certificate.subjectAltName).toBe('DNS:shop.example.org');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' })))).toBe(
      true,
    );
    expect([certificate.validFrom, certificate.validTo]).toEqual([
      'Jan  1 00:00:00 2026 GMT',
      'Jan  9 00:00:00 2026 GMT',
    ]);
  });

  test('holds the digest of the key authorization in a critical extension', () => {
    const text = openssl(['x509', '-noout', '-text'], { name: 'challenge.pem', bytes: pem });
    expect(text).toMatch(/1\.3\.6\.1\.5\.5\.7\.1\.31: critical/);
    const digest = createHash('sha256').update('token.thumbprint').digest();
    expect(new X509Certificate(pem).raw.includes(Buffer.concat([Buffer.of(4, 32), digest]))).toBe(true);
  });
});

describe('the name of a certificate in renewal information', () => {
  test('is that of the example in RFC 9773', () => {
    expect(findCertificateIdentifier(exampleCertificate)).toBe('aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE');
  });

  test('is none where the issuer’s key is not named', () => {
    const facts = { host: 'a.example.org', keyAuthorization: 'a', nowMs: 0 };
    expect(findCertificateIdentifier(createChallengeCertificate(facts, privateKey))).toBeUndefined();
  });
});

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

/** RFC 9773, appendix A. */
const exampleCertificate = `-----BEGIN CERTIFICATE-----
MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFt
cGxlIENBMCIYDzAwMDEwMTAxMDAwMDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDAS
BgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeBZu
7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFf
qzLQ2PPQxdTXREYEnKMjMCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4B
yNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuERV6cT4mfutXIlwTb
+FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK
-----END CERTIFICATE-----`;
