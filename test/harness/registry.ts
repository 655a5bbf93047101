import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askEngine, callEngine } from '../../scripts/engine-call.ts';
import { startChild } from './child.ts';
import { waitFor } from './deadline.ts';
import { findFreePort } from './free-port.ts';
import { guard } from './guardian.ts';

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A real image registry on loopback, which engines trust without TLS. */
export interface TestRegistry {
  /** `127.0.0.1:<port>`: the first part of an image's name. */
  readonly host: string;
  /** What the registry asks for; undefined when it is open to all. */
  readonly credentials: Credentials | undefined;
  /** Pushes an image the engine has, as `<host>/<repository>` (`name:tag`), and says under which name and digest it now is. */
  push(socket: string, image: string, repository: string): Promise<PushedImage>;
  stop(): Promise<void>;
}

interface PushedImage {
  /** `127.0.0.1:<port>/name:tag` */
  readonly name: string;
  /** `sha256:…` of the manifest. */
  readonly digest: string;
}

const CREDENTIALS: Credentials = { username: 'pilot', password: 'harbour' };
/** The password in bcrypt, the only form the registry takes. */
const PASSWORD_LINE = 'pilot:$2y$05$L.eEjZ8XbgOrc1dTs8fIveAd6LZY6IOPXjE.Bf807aXJySDXTd61O\n';

/** Starts a registry with empty storage. */
export async function startRegistry({ auth = false }: { readonly auth?: boolean } = {}): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-test-registry-'));
  guard({ kind: 'folder', path: folder });
  const host = `127.0.0.1:${await findFreePort()}`;
  writeFileSync(join(folder, 'config.json'), renderSettings(folder, host, auth));
  writeFileSync(join(folder, 'passwords'), PASSWORD_LINE);
  const args = ['serve', join(folder, 'config.json')];
  const child = startChild({ command: 'docker-registry', args, logPath: join(folder, 'log'), env: process.env });
  await waitFor(() => isAnswering(host), { deadlineMs: 10_000, what: `the registry: ${child.readLog()}` });
  const credentials = auth ? CREDENTIALS : undefined;
  return {
    host,
    credentials,
    push: (socket, image, repository) => push(socket, image, { name: `${host}/${repository}`, credentials }),
    async stop() {
      await child.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The value of the header `X-Registry-Auth`; an engine wants the header on each push, with or without credentials. */
function renderRegistryAuth(host: string, credentials: Credentials | undefined): string {
  return Buffer.from(JSON.stringify(credentials === undefined ? {} : { ...credentials, serveraddress: host })).toString(
    'base64url',
  );
}

/** The configuration is YAML, of which JSON is a part. */
function renderSettings(folder: string, host: string, auth: boolean): string {
  return JSON.stringify({
    version: '0.1',
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(folder, 'storage') }, delete: { enabled: true } },
    http: { addr: host },
    ...(auth ? { auth: { htpasswd: { realm: 'berth-test', path: join(folder, 'passwords') } } } : {}),
  });
}

async function isAnswering(host: string): Promise<boolean> {
  const { status } = await fetch(`http://${host}/v2/`);
  return status === 200 || status === 401;
}

interface Target {
  readonly name: string;
  readonly credentials: Credentials | undefined;
}

async function push(socket: string, image: string, { name, credentials }: Target): Promise<PushedImage> {
  const [host = '', repository = ''] = name.split(/\/(.*)/);
  const [path, tag = 'latest'] = repository.split(':');
  await askEngine(socket, `POST /images/${image}/tag?repo=${host}/${path}&tag=${tag}`);
  const headers = { 'x-registry-auth': renderRegistryAuth(host, credentials) };
  const { status, text } = await callEngine(socket, `POST /images/${host}/${path}/push?tag=${tag}`, { headers });
  // A push fails inside an answer of 200.
  const digest = /"Digest":"(sha256:[0-9a-f]+)"/.exec(text)?.[1];
  if (status !== 200 || digest === undefined) throw new Error(`The push of ${name} failed: ${text}`);
  return { name: `${host}/${path}:${tag}`, digest };
}
