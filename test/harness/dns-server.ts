import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { startChild } from './child.ts';
import { waitFor } from './deadline.ts';
import { findFreePort } from './free-port.ts';
import { guard } from './guardian.ts';

/** A real name server that is the primary one of `example.org` and takes updates of TXT records signed by its key. */
export interface TestDnsServer {
  readonly host: string;
  readonly port: number;
  readonly key: { readonly name: string; readonly algorithm: 'hmac-sha256'; readonly secret: Buffer };
  /** All values of a name, as the server answers them. */
  findText(name: string): Promise<string[]>;
  stop(): Promise<void>;
}

const PROGRAM = '/usr/sbin/knotd';

/** A group of tests that need the name server; skipped with a word where it is not installed, but in CI. */
export function describeWithDnsServer(title: string, define: () => void): void {
  const isThere = existsSync(PROGRAM);
  if (!isThere && process.env['CI'] !== undefined) throw new Error('In CI the package knot must be installed.');
  if (!isThere) console.warn('Tests that need a name server are skipped: install the package knot.');
  describe.skipIf(!isThere)(title, define);
}

export async function startDnsServer(): Promise<TestDnsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-test-dns-'));
  guard({ kind: 'folder', path: folder });
  const [host, port] = ['127.0.0.1', await findFreePort()];
  const key = {
    name: 'berth-key',
    algorithm: 'hmac-sha256',
    secret: Buffer.from('a shared secret of thirty-two by'),
  } as const;
  writeFileSync(join(folder, 'example.org.zone'), ZONE);
  writeFileSync(join(folder, 'knot.conf'), renderSettings({ folder, host, port, secret: key.secret }));
  const args = ['-c', join(folder, 'knot.conf')];
  const child = startChild({ command: PROGRAM, args, logPath: join(folder, 'log'), env: process.env });
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([`${host}:${port}`]);
  const isUp = () => resolver.resolveSoa('example.org');
  await waitFor(isUp, { deadlineMs: 10_000, what: `the name server: ${child.readLog()}` });
  return {
    host,
    port,
    key,
    async findText(name) {
      const records = await resolver.resolveTxt(name).catch(() => []);
      return records.map((parts) => parts.join('')).toSorted();
    },
    async stop() {
      await child.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const ZONE = `$ORIGIN example.org.
$TTL 60
@ IN SOA ns.example.org. admin.example.org. 1 60 60 3600 60
@ IN NS ns.example.org.
ns IN A 127.0.0.1
`;

function renderSettings(given: { folder: string; host: string; port: number; secret: Buffer }): string {
  const { folder, host, port, secret } = given;
  return `server:
    listen: ${host}@${port}
    rundir: ${folder}
    pidfile: ${folder}/pid
database:
    storage: ${folder}
key:
  - id: berth-key
    algorithm: hmac-sha256
    secret: ${secret.toString('base64')}
acl:
  - id: update
    key: berth-key
    action: update
    update-type: [TXT]
zone:
  - domain: example.org
    storage: ${folder}
    file: example.org.zone
    acl: update
`;
}
