import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestDoor, type TestDoor } from '../testing/door.ts';
import { openSecure, shownCertificate } from '../testing/secure-visitor.ts';
import { selfSign } from '../testing/self-signed.ts';
import { CertificateFile } from './certificate-file.ts';
import { createLog } from '../log.ts';

let door: TestDoor;
let port: number;
beforeEach(async () => {
  door = openTestDoor();
  port = await door.listen('https');
});
afterEach(() => door.close());

describe('a handshake', () => {
  test('shows the certificate of the name, in whatever case it is asked for', async () => {
    const [exact, wild] = [selfSign(['a.b.test']), selfSign(['*.b.test'])];
    await door.tls.putCertificates([exact, wild]);
    expect(await shownCertificate(port, 'A.b.TEST')).toBe(exact.certificatePem);
    expect(await shownCertificate(port, 'c.b.test')).toBe(wild.certificatePem);
    expect(await shownCertificate(port, 'b.test')).toBeUndefined();
  });

  test('for a name that nobody knows, or for none, ends in an alert and shows nothing', async () => {
    await door.tls.putCertificates([selfSign(['a.test'])]);
    expect(await shownCertificate(port, 'other.test')).toBeUndefined();
    expect(await shownCertificate(port, '')).toBeUndefined();
  });

  test.each([
    ['HTTP/2 where the visitor speaks it', ['http/1.1', 'h2'], 'h2'],
    ['HTTP/1.1 where the visitor speaks only that', ['http/1.1'], 'http/1.1'],
    ['HTTP/1.1 where the visitor says nothing', undefined, false],
  ])('agrees on %s', async (_, protocols, expected) => {
    await door.tls.putCertificates([selfSign(['a.test'])]);
    const visitor = await openSecure(port, 'a.test', protocols === undefined ? {} : { ALPNProtocols: protocols });
    expect(visitor.alpnProtocol).toBe(expected);
    visitor.destroy();
  });

  test('with a visitor who speaks none of that ends in an alert', async () => {
    await door.tls.putCertificates([selfSign(['a.test'])]);
    await expect(openSecure(port, 'a.test', { ALPNProtocols: ['spdy/3'] })).rejects.toThrow(
      'alert no application protocol',
    );
  });

  test.each<[string, ConnectionOptions]>([
    ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['keys without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
    ['ciphers without authentication', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' }],
  ])('is refused to %s', async (_, options) => {
    await door.tls.putCertificates([selfSign(['a.test'])]);
    await expect(openSecure(port, 'a.test', options)).rejects.toThrow('alert');
  });

  test.each<[string, ConnectionOptions]>([
    ['TLS 1.2', { maxVersion: 'TLSv1.2' }],
    ['TLS 1.3 alone', { minVersion: 'TLSv1.3' }],
    ['keys that machines to come do not find out', { ecdhCurve: 'X25519MLKEM768' }],
  ])('is done with %s', async (_, options) => {
    await door.tls.putCertificates([selfSign(['a.test'])]);
    (await openSecure(port, 'a.test', options)).destroy();
  });

  test('is not waited for when what comes is no handshake', async () => {
    const visitor = connect({ port, host: '127.0.0.1' });
    visitor.on('error', () => undefined);
    visitor.end('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
    visitor.resume();
    await once(visitor, 'close');
    await door.door.whenEmpty();
  });
});

describe('a session', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'of %s is gone on with, also when the certificate is another',
    async (v) => {
      await door.tls.putCertificates([selfSign(['a.test'])]);
      const { visitor, session } = await openSession({ minVersion: v, maxVersion: v });
      visitor.destroy();
      await door.tls.putCertificates([selfSign(['a.test'])]);
      const again = await openSecure(port, 'a.test', { minVersion: v, maxVersion: v, session });
      expect(again.isSessionReused()).toBe(true);
      again.destroy();
    },
  );

  test('is gone on with by another edge that has the keys, and by no other', async () => {
    const certificate = selfSign(['a.test']);
    await door.tls.putCertificates([certificate]);
    const { visitor, session } = await openSession({});
    visitor.destroy();
    const [heir, stranger] = [openTestDoor(), openTestDoor()];
    const ticketKeys = await door.tls.ticketKeys();
    if (ticketKeys !== undefined) heir.tls.inherit(ticketKeys);
    for (const [other, isReused] of [
      [heir, true],
      [stranger, false],
    ] as const) {
      await other.tls.putCertificates([certificate]);
      const again = await openSecure(await other.listen('https'), 'a.test', { session });
      expect(again.isSessionReused()).toBe(isReused);
      again.destroy();
      other.close();
    }
  });

  test('is sealed with other keys each day', async () => {
    const dayMs = 86_400_000;
    const old = { keys: Buffer.alloc(48, 1), madeAtMs: Date.now() - 2 * dayMs };
    door.tls.inherit(old);
    await door.tls.putCertificates([selfSign(['a.test'])]);
    await expect.poll(async () => (await door.tls.ticketKeys())?.keys.equals(old.keys)).toBe(false);
    const { visitor, session } = await openSession({});
    visitor.destroy();
    const again = await openSecure(port, 'a.test', { session });
    expect(again.isSessionReused()).toBe(true);
    again.destroy();
  });

  async function openSession(options: ConnectionOptions): Promise<{ visitor: TLSSocket; session: Buffer }> {
    const visitor = await openSecure(port, 'a.test', options);
    // With TLS 1.3 it comes behind the handshake.
    const [session] = visitor.getProtocol() === 'TLSv1.3' ? await once(visitor, 'session') : [visitor.getSession()];
    return { visitor, session: session as Buffer };
  }
});

describe('a change of certificates', () => {
  test('leaves open connections as they are', async () => {
    await door.tls.putCertificates([selfSign(['a.test'])]);
    const visitor = await openSecure(port, 'a.test');
    let heard = '';
    visitor.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    await door.tls.putCertificates([]);
    visitor.write('still here');
    await expect.poll(() => heard).toContain('still here');
    expect(await shownCertificate(port, 'a.test')).toBeUndefined();
    visitor.destroy();
  });

  test('says in words what is wrong with one', async () => {
    const [one, other] = [selfSign(['a.test']), selfSign(['b.test'])];
    const refused = await door.tls.putCertificates([
      { ...one, keyPem: other.keyPem },
      { ...other, certificatePem: 'none' },
    ]);
    expect(refused).toMatchObject([
      { hosts: ['a.test'], reason: 'The key is not that of the certificate.' },
      { hosts: ['b.test'], reason: expect.stringContaining('cannot be read') as string },
    ]);
  });

  test('is on the disk, for this user alone, and in force after a start', async () => {
    const certificate = selfSign(['a.test']);
    await door.tls.putCertificates([certificate]);
    expect(statSync(door.certificateFile).mode & 0o777).toBe(0o600);
    const file = new CertificateFile(
      door.certificateFile,
      createLog(() => undefined),
    );
    expect(file.load()).toEqual([certificate]);
    expect(readFileSync(door.certificateFile, 'utf8')).toContain('PRIVATE KEY');
  });

  test('that keeps one for some of its hosts only keeps that one for them', async () => {
    const [both, one] = [selfSign(['a.test', 'b.test']), selfSign(['a.test'])];
    await door.tls.putCertificates([both]);
    await door.tls.putCertificates([{ ...both, keyPem: 'none' }, one]);
    const file = new CertificateFile(
      door.certificateFile,
      createLog(() => undefined),
    );
    expect(new Set(file.load())).toEqual(new Set([one, { ...both, hosts: ['b.test'] }]));
  });
});

describe('a certificate authority that checks a name by TLS', () => {
  const acme = { ALPNProtocols: ['acme-tls/1'] };

  test('is shown the certificate of the challenge, while visitors are shown their own', async () => {
    const [own, challenge] = [selfSign(['a.test']), selfSign(['a.test'])];
    await door.tls.putCertificates([own]);
    door.challenges.replace([{ kind: 'tls-alpn-01', host: 'a.test', ...challenge }]);
    const check = await openSecure(port, 'a.test', acme);
    expect(check.getPeerX509Certificate()?.toString()).toBe(challenge.certificatePem);
    await once(check, 'close');
    expect(await shownCertificate(port, 'a.test')).toBe(own.certificatePem);
  });

  test('is answered also where there is no certificate yet', async () => {
    const challenge = selfSign(['a.test']);
    door.challenges.replace([{ kind: 'tls-alpn-01', host: 'a.test', ...challenge }]);
    const check = await openSecure(port, 'a.test', acme);
    expect(check.alpnProtocol).toBe('acme-tls/1');
    expect(check.getPeerX509Certificate()?.toString()).toBe(challenge.certificatePem);
    await once(check, 'close');
  });

  test('hears an alert when nobody waits for it', async () => {
    await door.tls.putCertificates([selfSign(['a.test'])]);
    await expect(openSecure(port, 'a.test', acme)).rejects.toThrow('alert no application protocol');
  });
});
