import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { type Child, startChild } from './child.ts';
import { waitFor } from './deadline.ts';
import { findFreePort } from './free-port.ts';
import { guard } from './guardian.ts';

/** A real certificate authority that speaks ACME, with a DNS of its own: every name leads to 127.0.0.1 unless a test says otherwise. */
export interface TestAuthority {
  readonly directory: string;
  /** The root of its own HTTPS, as a file and as PEM; not of what it issues. */
  readonly caFile: string;
  readonly ca: string;
  /** `127.0.0.1:<port>`: where its names are asked for. */
  readonly dnsServer: string;
  /** `http://127.0.0.1:<port>`: where records are put (`/set-txt`, `/clear-txt`, `/add-a`, …). */
  readonly dnsManagement: string;
  /** One of the calls of its DNS's management: `set-servfail`, `{ host }`. */
  setDns(call: string, body: Readonly<Record<string, unknown>>): Promise<void>;
  /** Orders that were made so far, also those of before `kill`. */
  countOrders(): number;
  /** Ends it as a crash does: accounts and orders are lost with it. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, empty, at the same place. */
  startAgain(): Promise<void>;
  readLog(): string;
  stop(): Promise<void>;
}

export interface TestAuthorityOptions {
  /** Where it looks for challenges by http, on every address a name leads to. */
  readonly httpPort: number;
  /** The same for TLS-ALPN-01. */
  readonly tlsPort?: number;
  /** Wants accounts that are bound to this key. */
  readonly binding?: { readonly keyId: string; readonly hmacKey: string };
  /** It looks at a challenge only after up to so many seconds. Default: at once. */
  readonly slowSeconds?: number;
  /** Of a hundred good nonces it refuses so many. Default: 30. */
  readonly refusedNonces?: number;
}

const PROGRAMS = ['/usr/bin/pebble', '/usr/bin/pebble-challtestsrv'];

/** A group of tests that need the authority; skipped with a word where it is not installed, but in CI. */
export function describeWithAuthority(title: string, define: () => void): void {
  const isThere = PROGRAMS.every((program) => existsSync(program));
  if (!isThere && process.env['CI'] !== undefined) throw new Error('In CI the package pebble must be installed.');
  if (!isThere) console.warn('Tests that need a certificate authority are skipped: install the package pebble.');
  describe.skipIf(!isThere)(title, define);
}

/** Starts an authority with no accounts. */
export async function startAuthority(options: TestAuthorityOptions): Promise<TestAuthority> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-test-authority-'));
  guard({ kind: 'folder', path: folder });
  const place = { folder, ...(await choosePorts()) };
  makeCertificate(folder);
  writeFileSync(join(folder, 'config.json'), renderSettings(place, options));
  const dns = startDns(place);
  let pebble = await startPebble(place, options);
  const caFile = join(folder, 'cert.pem');
  const readLog = () => readFileSync(join(folder, 'pebble.log'), 'utf8');
  return {
    directory: `https://localhost:${place.port}/dir`,
    caFile,
    ca: readFileSync(caFile, 'utf8'),
    dnsServer: `127.0.0.1:${place.dnsPort}`,
    dnsManagement: `http://127.0.0.1:${place.dnsManagementPort}`,
    setDns: (call, body) => setDns(place, call, body),
    countOrders: () => readLog().split('Added order').length - 1,
    kill: () => pebble.kill(),
    async startAgain() {
      pebble = await startPebble(place, options);
    },
    readLog,
    async stop() {
      await Promise.all([pebble.end(), dns.end()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly dnsPort: number;
  readonly dnsManagementPort: number;
}

async function choosePorts(): Promise<Omit<Place, 'folder'>> {
  const [port = 0, dnsPort = 0, dnsManagementPort = 0] = await Promise.all(Array.from({ length: 3 }, findFreePort));
  return { port, dnsPort, dnsManagementPort };
}

/** The packaged configuration points to certificates that are not packaged. */
function makeCertificate(folder: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(folder, 'key.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const words = ['req', '-x509', '-days', '30', ...key, ...names, '-out', join(folder, 'cert.pem')];
  execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function renderSettings(place: Place, { httpPort, tlsPort, binding }: TestAuthorityOptions): string {
  return JSON.stringify({
    pebble: {
      listenAddress: `127.0.0.1:${place.port}`,
      managementListenAddress: '',
      certificate: join(place.folder, 'cert.pem'),
      privateKey: join(place.folder, 'key.pem'),
      httpPort,
      tlsPort: tlsPort ?? httpPort,
      ocspResponderURL: '',
      externalAccountBindingRequired: binding !== undefined,
      ...(binding === undefined ? {} : { externalAccountMACKeys: { [binding.keyId]: binding.hmacKey } }),
    },
  });
}

function startDns({ folder, dnsPort, dnsManagementPort }: Place): Child {
  const off = ['-http01', '', '-https01', '', '-tlsalpn01', '', '-defaultIPv6', ''];
  const args = ['-dns01', `127.0.0.1:${dnsPort}`, '-management', `127.0.0.1:${dnsManagementPort}`, ...off];
  return startChild({
    command: 'pebble-challtestsrv',
    args,
    logPath: join(folder, 'dns.log'),
    env: process.env,
  });
}

async function startPebble(place: Place, { refusedNonces = 30, slowSeconds }: TestAuthorityOptions): Promise<Child> {
  const { folder, port, dnsPort, dnsManagementPort } = place;
  const child = startChild({
    command: 'pebble',
    args: ['-config', join(folder, 'config.json'), '-dnsserver', `127.0.0.1:${dnsPort}`],
    logPath: join(folder, 'pebble.log'),
    env: {
      ...process.env,
      ...(slowSeconds === undefined ? { PEBBLE_VA_NOSLEEP: '1' } : { PEBBLE_VA_SLEEPTIME: String(slowSeconds) }),
      PEBBLE_WFE_NONCEREJECT: String(refusedNonces),
      PEBBLE_AUTHZREUSE: '0',
    },
  });
  await waitFor(() => isListening(dnsManagementPort), { deadlineMs: 10_000, what: 'the DNS of the authority' });
  await waitFor(() => isListening(port), { deadlineMs: 10_000, what: `the authority: ${child.readLog()}` });
  return child;
}

/** Any answer will do, also one that plain HTTP gets from HTTPS. */
async function isListening(port: number): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${port}/`)).status > 0;
}

async function setDns(place: Place, call: string, body: object): Promise<void> {
  const url = `http://127.0.0.1:${place.dnsManagementPort}/${call}`;
  const { status } = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (status !== 200) throw new Error(`The DNS of the authority refused ${call}: ${status}`);
}
