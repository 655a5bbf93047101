import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findFreePort } from '../../../test/harness/free-port.ts';
import type { Contestant, Wiring } from './contestant.ts';
import { readVersion, startProgram } from './program.ts';

/** One thread, connections to the back-end shared by all, hosts in a map that can be changed while it runs. */
export async function startHaproxy(wiring: Wiring): Promise<Contestant> {
  const { folder, core, hosts, certificate } = wiring;
  const ports = { http: await findFreePort(), tls: certificate === undefined ? 0 : await findFreePort() };
  const files = { map: join(folder, 'hosts.map'), admin: join(folder, 'admin.sock'), config: join(folder, 'h.cfg') };
  writeFileSync(files.map, hosts.map((host) => `${host} backend\n`).join(''));
  writeFileSync(files.config, renderHaproxy(wiring, files, ports));
  const args = ['-f', files.config, '-db'];
  const child = await startProgram({ command: 'haproxy', args, core, logPath: join(folder, 'log'), port: ports.http });
  return {
    name: `haproxy ${readVersion('haproxy', '-v')}`,
    port: ports.http,
    tlsPort: ports.tls,
    listPids: () => [child.pid],
    addHost: (host) => tellHaproxy(files.admin, `add map ${files.map} ${host} backend`),
    stop: () => child.end(5_000),
  };
}

async function tellHaproxy(path: string, order: string): Promise<void> {
  const socket = connect(path);
  socket.end(`${order}\n`);
  const answer = (await text(socket)).trim();
  if (answer !== '') throw new Error(`haproxy refused "${order}": ${answer}`);
}

function renderHaproxy(
  { backendPort, certificate }: Wiring,
  files: { readonly map: string; readonly admin: string },
  ports: { readonly http: number; readonly tls: number },
): string {
  return `global
  nbthread 1
  maxconn 12000
  no strict-limits
  stats socket ${files.admin} level admin
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout tunnel 1h
  http-reuse always
frontend front
  bind 127.0.0.1:${ports.http}
${certificate === undefined ? '' : `  bind 127.0.0.1:${ports.tls} ssl crt ${certificate.both}`}
  option forwardfor
  http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  use_backend %[req.hdr(host),field(1,:),lower,map(${files.map},nothing)]
backend backend
  server one 127.0.0.1:${backendPort} pool-max-conn -1
backend nothing
  http-request return status 404
`;
}
