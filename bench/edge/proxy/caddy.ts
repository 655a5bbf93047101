import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { findFreePort } from '../../../test/harness/free-port.ts';
import type { Contestant, Wiring } from './contestant.ts';
import { readVersion, startProgram } from './program.ts';

const HOUR_NANOSECONDS = 3_600_000_000_000;

/** One route for each host; changed through its own API. */
export async function startCaddy(wiring: Wiring): Promise<Contestant> {
  const { folder, core, backendPort, certificate } = wiring;
  const ports = { http: await findFreePort(), tls: certificate === undefined ? 0 : await findFreePort() };
  const [file, admin] = [join(folder, 'caddy.json'), join(folder, 'admin.sock')];
  writeFileSync(file, JSON.stringify(describeCaddy(wiring, admin, ports)));
  const env = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const args = ['run', '--config', file];
  const child = await startProgram({
    command: 'caddy',
    args,
    core,
    logPath: join(folder, 'log'),
    port: ports.http,
    env,
  });
  return {
    name: `caddy ${readVersion('caddy', 'version')}`,
    port: ports.http,
    tlsPort: ports.tls,
    listPids: () => [child.pid],
    addHost: (host) => tellCaddy(admin, '/config/apps/http/servers/http/routes', describeRoute(host, backendPort)),
    stop: () => child.end(5_000),
  };
}

function describeCaddy(
  { folder, hosts, backendPort, certificate }: Wiring,
  admin: string,
  ports: { readonly http: number; readonly tls: number },
): object {
  const routes = hosts.map((host) => describeRoute(host, backendPort));
  const base = { routes, automatic_https: { disable: true }, idle_timeout: HOUR_NANOSECONDS };
  const http = { ...base, listen: [`127.0.0.1:${ports.http}`] };
  const https = { ...base, listen: [`127.0.0.1:${ports.tls}`], tls_connection_policies: [{}] };
  const tls = { certificates: { load_files: [{ certificate: certificate?.certificate, key: certificate?.key }] } };
  const servers = certificate === undefined ? { http } : { http, https };
  return {
    admin: { listen: `unix/${admin}`, origins: ['localhost'], config: { persist: false } },
    storage: { module: 'file_system', root: folder },
    logging: { logs: { default: { level: 'ERROR' } } },
    apps: { http: { servers }, ...(certificate === undefined ? {} : { tls }) },
  };
}

function describeRoute(host: string, backendPort: number): object {
  const keep = { enabled: true, max_idle_conns: 512, max_idle_conns_per_host: 512, idle_timeout: HOUR_NANOSECONDS };
  const transport = { protocol: 'http', keep_alive: keep };
  const upstreams = [{ dial: `127.0.0.1:${backendPort}` }];
  return { match: [{ host: [host] }], handle: [{ handler: 'reverse_proxy', transport, upstreams }], terminal: true };
}

async function tellCaddy(socketPath: string, path: string, body: object): Promise<void> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { host: 'localhost', 'content-type': 'application/json' };
    const call = request({ socketPath, path, method: 'POST', headers }, resolve).on('error', reject);
    call.end(JSON.stringify(body));
  });
  const said = await text(answer);
  if (answer.statusCode !== 200) throw new Error(`caddy refused a route: ${answer.statusCode} ${said}`);
}
