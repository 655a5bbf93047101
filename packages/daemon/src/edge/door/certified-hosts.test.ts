import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '../log.ts';
import { selfSign } from '../testing/self-signed.ts';
import { CertificateFile } from './certificate-file.ts';
import { CertifiedHosts } from './certified-hosts.ts';
import { ChallengeBook } from './challenge-book.ts';
import { TlsEntrance } from './tls-entrance.ts';

const dayMs = 86_400_000;

test('hosts are those of the certificates in force, in whatever case they are written', () => {
  const hosts = new CertifiedHosts();
  expect(hosts.isEmpty).toBe(true);
  hosts.replace([selfSign(['App.test', 'b.test'])]);
  expect(['app.test', 'APP.test', 'b.test', 'c.test', ''].map((host) => hosts.has(host))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  hosts.replace([]);
  expect([hosts.isEmpty, hosts.has('app.test')]).toEqual([true, false]);
});

test('a wildcard is good for one label, and the one for nameless visitors for no host', () => {
  const hosts = new CertifiedHosts();
  hosts.replace([selfSign(['*.pages.test']), selfSign(['*'])]);
  expect(['a.pages.test', 'pages.test', 'b.a.pages.test', 'elsewhere.test'].map((host) => hosts.has(host))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('a certificate counts from its first to its last moment', () => {
  const hosts = new CertifiedHosts();
  hosts.replace([selfSign(['app.test'])]);
  const now = Date.now();
  expect([-2, 0, 6, 8].map((days) => hosts.has('app.test', now + days * dayMs))).toEqual([false, true, true, false]);
});

test('an edge knows them from the disk before anybody comes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-certified-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const log = createLog(() => undefined);
  const file = new CertificateFile(join(folder, 'certificates.json'), log);
  await file.write([selfSign(['app.test'])]);
  const hosts = new CertifiedHosts();
  const entrance = new TlsEntrance({ challenges: new ChallengeBook(), log }, file, hosts);
  expect(hosts.has('app.test')).toBe(true);
  await entrance.putCertificates([selfSign(['b.test'])]);
  expect(['app.test', 'b.test'].map((host) => hosts.has(host))).toEqual([false, true]);
});
