import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { type Child, startChild } from './child.ts';
import { waitFor } from './deadline.ts';
import { findFreePort } from './free-port.ts';
import { guard } from './guardian.ts';

export type FrontKind = 'nginx' | 'apache' | 'caddy';

const PROGRAMS = [
  '/usr/sbin/nginx',
  '/usr/sbin/apache2',
  '/usr/bin/caddy',
  '/usr/lib/nginx/modules/ngx_stream_module.so',
];

/** A group of tests that need all of them; skipped with a word where one is not installed, but in CI. */
export function describeWithFronts(title: string, define: () => void): void {
  const missing = PROGRAMS.filter((program) => !existsSync(program));
  if (missing.length > 0 && process.env['CI'] !== undefined)
    throw new Error(`In CI there must be ${missing.join(', ')}.`);
  if (missing.length > 0)
    console.warn(`Tests behind other web servers are skipped: there is no ${missing.join(', ')}.`);
  describe.skipIf(missing.length > 0)(title, define);
}

/** A place for another web server: ports, and a certificate of its own for every name. */
export interface FrontPlace {
  readonly folder: string;
  readonly ports: { readonly http: number; readonly https: number };
  readonly chain: string;
  readonly key: string;
}

/** Makes ports and a certificate; `stop` of the server takes the folder away. */
export async function prepareFront(): Promise<FrontPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-front-'));
  guard({ kind: 'folder', path: folder });
  const [chain, key] = [join(folder, 'chain.pem'), join(folder, 'key.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=front'];
  const names = ['-addext', 'subjectAltName=DNS:*.apps.example.org,DNS:shop.example.org,DNS:berth.example.org'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', chain], { stdio: 'ignore' });
  const [http, https] = await Promise.all([findFreePort(), findFreePort()]);
  return { folder, ports: { http, https }, chain, key };
}

/** Starts the real server with `text` put where its own words say; resolves when it takes connections. */
export async function startFront(kind: FrontKind, place: FrontPlace, text: string): Promise<{ stop(): Promise<void> }> {
  const { folder, ports } = place;
  writeFileSync(join(folder, 'berth.conf'), text);
  const { main, command, args } = programs[kind](place, text);
  writeFileSync(join(folder, 'main.conf'), main);
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const child = startChild({ command, args, logPath: join(folder, 'log'), env });
  try {
    const isUp = async (): Promise<boolean> => !child.isRunning() || (await isListening(ports.http));
    await waitFor(isUp, { deadlineMs: 30_000, what: kind });
    if (!child.isRunning()) throw new Error(`${kind} ended while it started.`);
  } catch (error) {
    await child.kill();
    throw new Error(`${String(error)}\n${child.readLog()}`, { cause: error });
  }
  return { stop: async () => stop(child, folder) };
}

interface Program {
  /** Its own file, which includes the given one. */
  readonly main: string;
  readonly command: string;
  readonly args: readonly string[];
}

const programs: Readonly<Record<FrontKind, (place: FrontPlace, text: string) => Program>> = {
  nginx: planNginx,
  apache: planApache,
  caddy: planCaddy,
};

function planNginx({ folder }: FrontPlace, text: string): Program {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const paths = temporary.map((name) => `  ${name}_temp_path ${join(folder, name)};`);
  const isStream = /^stream \{/m.test(text);
  const include = `include ${join(folder, 'berth.conf')};`;
  const main = `${isStream ? 'load_module /usr/lib/nginx/modules/ngx_stream_module.so;\n' : ''}user root;
pid ${join(folder, 'nginx.pid')};
error_log stderr;
worker_processes 1;
events {}
${isStream ? include : `http {\n${paths.join('\n')}\n  access_log off;\n  gzip on;\n  ${include}\n}`}
`;
  return { main, command: 'nginx', args: ['-c', join(folder, 'main.conf'), '-e', 'stderr', '-g', 'daemon off;'] };
}

/** With the modules that Debian has on, and those that the file asks for. */
function planApache({ folder, ports }: FrontPlace, text: string): Program {
  const asked = /a2enmod ([a-z_ ]+) &&/.exec(text)?.[1]?.split(' ') ?? [];
  const usual = [
    'mpm_event',
    'authz_core',
    'env',
    'reqtimeout',
    'filter',
    'deflate',
    'mime',
    'setenvif',
    'socache_shmcb',
  ];
  const modules = [...usual, ...asked].map(
    (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
  );
  const main = `${modules.join('\n')}
ServerName front.example.org
DefaultRuntimeDir ${folder}
PidFile ${join(folder, 'apache.pid')}
ErrorLog /dev/stderr
User www-data
Group www-data
TypesConfig /etc/mime.types
AddOutputFilterByType DEFLATE text/plain text/html application/json
Listen ${ports.http}
Listen ${ports.https}
Include ${join(folder, 'berth.conf')}
`;
  return { main, command: 'apache2', args: ['-f', join(folder, 'main.conf'), '-D', 'FOREGROUND'] };
}

function planCaddy({ folder, ports }: FrontPlace): Program {
  const main = `{
	admin off
	http_port ${ports.http}
	https_port ${ports.https}
}
import ${join(folder, 'berth.conf')}
`;
  return { main, command: 'caddy', args: ['run', '--adapter', 'caddyfile', '--config', join(folder, 'main.conf')] };
}

async function stop(child: Child, folder: string): Promise<void> {
  await child.end(5_000);
  rmSync(folder, { recursive: true, force: true });
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
