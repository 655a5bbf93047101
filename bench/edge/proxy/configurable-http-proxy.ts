import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../../test/harness/free-port.ts';
import { guard } from '../../../test/harness/guardian.ts';
import type { Contestant, Wiring } from './contestant.ts';
import { startProgram } from './program.ts';

const VERSION = '5.3.0';
const TOKEN = 'bench';

/** On the Node that runs Berth, with its routes given through its API. */
export async function startConfigurableHttpProxy(wiring: Wiring): Promise<Contestant> {
  const { folder, core, backendPort, hosts, certificate } = wiring;
  const program = installOnce();
  const [port, apiPort] = [await findFreePort(), await findFreePort()];
  const place = ['--ip=127.0.0.1', `--port=${port}`, '--api-ip=127.0.0.1', `--api-port=${apiPort}`];
  const tls =
    certificate === undefined ? [] : [`--ssl-key=${certificate.key}`, `--ssl-cert=${certificate.certificate}`];
  const args = [program, ...place, ...tls, '--host-routing', '--keep-alive-timeout=3600000', '--log-level=error'];
  const env = { CONFIGPROXY_AUTH_TOKEN: TOKEN };
  const logPath = join(folder, 'log');
  const child = await startProgram({ command: process.execPath, args, core, logPath, port, env });
  const addHost = (host: string) => putRoute(apiPort, host, `http://127.0.0.1:${backendPort}`);
  for (const host of hosts) await addHost(host);
  return {
    name: `configurable-http-proxy ${VERSION}`,
    port: certificate === undefined ? port : 0,
    tlsPort: certificate === undefined ? 0 : port,
    listPids: () => [child.pid],
    addHost,
    stop: () => child.end(5_000),
  };
}

async function putRoute(apiPort: number, host: string, target: string): Promise<void> {
  const headers = { authorization: `token ${TOKEN}`, 'content-type': 'application/json' };
  const url = `http://127.0.0.1:${apiPort}/api/routes/${host}`;
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ target }) });
  if (answer.status !== 201) throw new Error(`configurable-http-proxy refused ${host}: ${await answer.text()}`);
}

let installed: string | undefined;

/** The path of its program, in a folder that is gone with this process. */
function installOnce(): string {
  if (installed !== undefined) return installed;
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-chp-'));
  guard({ kind: 'folder', path: folder });
  console.log(`  … npm install configurable-http-proxy@${VERSION} in ${folder}`);
  const flags = ['--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  try {
    execFileSync('npm', ['install', ...flags, `configurable-http-proxy@${VERSION}`], { stdio: 'pipe' });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return (installed = join(folder, 'node_modules/configurable-http-proxy/bin/configurable-http-proxy'));
}
