import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendSignal } from '../../../scripts/private-engine/processes.ts';
import { findFreePort } from '../../../test/harness/free-port.ts';
import { guardProcess } from '../../../test/harness/guardian.ts';
import { type Contestant, listChildren, type Wiring } from './contestant.ts';
import { startProgram } from './program.ts';

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** What large bodies need: as packaged it moves them in pieces of 4 KiB, and through files. */
const TUNING = `
  proxy_buffer_size 64k;
  proxy_buffers 16 64k;
  proxy_busy_buffers_size 256k;
  proxy_max_temp_file_size 0;
  proxy_request_buffering off;
  client_body_buffer_size 256k;`;

/** One worker, kept-alive connections to the back-end, one server block for each host. */
export async function startNginx(wiring: Wiring): Promise<Contestant> {
  const { folder, core, certificate } = wiring;
  const ports = { http: await findFreePort(), tls: certificate === undefined ? 0 : await findFreePort() };
  const file = join(folder, 'nginx.conf');
  const write = (hosts: readonly string[]) => writeFileSync(file, renderNginx({ ...wiring, hosts }, ports));
  write(wiring.hosts);
  const args = ['-c', file, '-e', join(folder, 'error.log'), '-g', 'daemon off;'];
  const child = await startProgram({ command: 'nginx', args, core, logPath: join(folder, 'log'), port: ports.http });
  for (const pid of listChildren(child.pid)) guardProcess(pid);
  return {
    name: `nginx ${readNginxVersion()}`,
    port: ports.http,
    tlsPort: ports.tls,
    listPids: () => [child.pid, ...listChildren(child.pid)],
    async addHost(host) {
      write([...wiring.hosts, host]);
      sendSignal(child.pid, 'SIGHUP');
    },
    stop: () => child.end(5_000),
  };
}

/** It says so on its standard error. */
function readNginxVersion(): string {
  return /[\d.]+/.exec(spawnSync('nginx', ['-v'], { encoding: 'utf8' }).stderr)?.[0] ?? '';
}

interface Ports {
  readonly http: number;
  readonly tls: number;
}

function renderNginx({ folder, backendPort, hosts, certificate, isTuned = false }: Wiring, ports: Ports): string {
  const tls =
    certificate === undefined
      ? ''
      : `
    listen 127.0.0.1:${ports.tls} ssl;
    ssl_certificate ${certificate.certificate};
    ssl_certificate_key ${certificate.key};`;
  const servers = hosts.map(
    (host) => `
  server {
    listen 127.0.0.1:${ports.http};${tls}
    server_name ${host};
    location / { proxy_pass http://backend; }
  }`,
  );
  return `${renderNginxBase(folder)}
  server_names_hash_max_size 65536;
  server_names_hash_bucket_size 128;
  client_max_body_size 0;
  proxy_http_version 1.1;
  proxy_read_timeout 1h;
  proxy_set_header Host $http_host;
  proxy_set_header Connection $connection_upgrade;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Host $http_host;
  proxy_set_header X-Forwarded-Proto $scheme;${isTuned ? TUNING : ''}
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:sessions:10m;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  upstream backend {
    server 127.0.0.1:${backendPort};
    keepalive 512;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
  }${servers.join('')}
}
`;
}

/** All that a proxy and a back-end have in common, up to the servers; `http` is left open. */
export function renderNginxBase(folder: string): string {
  const paths = TEMPORARY.map((name) => `  ${name}_temp_path ${join(folder, name)};`);
  return `${process.getuid?.() === 0 ? 'user root;\n' : ''}pid ${join(folder, 'nginx.pid')};
error_log ${join(folder, 'error.log')} warn;
worker_processes 1;
worker_rlimit_nofile 20000;
events { worker_connections 16384; }
http {
${paths.join('\n')}
  access_log off;
  default_type text/plain;
  sendfile on;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;`;
}
