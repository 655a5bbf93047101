import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findStaticBusybox } from './busybox.ts';

/** A program the machine must have: its package is installed where it is missing. */
export type Tool = keyof typeof PACKAGES;

const PACKAGES = {
  dockerd: 'docker.io',
  containerd: 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  ip: 'iproute2',
  'docker-registry': 'docker-registry',
  'static busybox': 'busybox-static',
  openssl: 'openssl',
  pebble: 'pebble',
  knotd: 'knot',
  http: 'httpie',
  nginx: 'nginx',
  haproxy: 'haproxy',
  caddy: 'caddy',
  apache2: 'apache2',
  'nginx stream module': 'libnginx-mod-stream',
  wrk: 'wrk',
} as const;

/** What an engine of our own is made of. */
export const ENGINE_TOOLS = ['dockerd', 'containerd', 'runc', 'iptables', 'ip'] as const satisfies readonly Tool[];

const PROGRAM = fileURLToPath(new URL('install-packages.mjs', import.meta.url));
const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Installs what is missing of the tools, and says so first; throws where this may or can not be done. */
export function installMissing(tools: readonly Tool[]): void {
  const missing = tools.filter((tool) => !isThere(tool)).map((tool) => PACKAGES[tool]);
  if (missing.length === 0) return;
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...missing], {
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr.trim());
}

function isThere(tool: Tool): boolean {
  if (tool === 'static busybox') return findStaticBusybox() !== undefined;
  if (tool === 'nginx stream module') return existsSync('/usr/lib/nginx/modules/ngx_stream_module.so');
  return FOLDERS.some((folder) => existsSync(`${folder}/${tool}`));
}
