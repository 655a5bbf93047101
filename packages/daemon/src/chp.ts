import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EdgeProcess, openEdge } from './adapters/edge-process/open-edge.ts';
import type { EdgeCertificate } from './core/edge-certificate.ts';
import type { EdgeManners, VisitorTls } from './core/edge-manners.ts';
import { ApiCounts } from './dialects/chp/api-counts.ts';
import { createChpLog, type ChpLog } from './dialects/chp/chp-log.ts';
import { createMetricsListener } from './dialects/chp/chp-metrics.ts';
import { type CommandLine, parseCommandLine, type ServerTls } from './dialects/chp/command-line.ts';
import { noOwners } from './dialects/chp/edge-routes.ts';
import { renderHelp } from './dialects/chp/flag.ts';
import { followLog } from './dialects/chp/follow-log.ts';
import { listen, type Listening } from './dialects/chp/listening.ts';
import { createRouteApi } from './dialects/chp/route-api.ts';
import { RouteBoard } from './dialects/chp/route-board.ts';

/** As the program it stands in for ends on a signal. */
const SIGNALLED = 2;
/** The version of the program whose flags and answers these are. */
const VERSION = '5.3.0';

/** All that is to be undone at the end, the last first. */
const ending: (() => void | Promise<void>)[] = [];

await main(process.argv.slice(2), process.env['CONFIGPROXY_AUTH_TOKEN'] ?? '');

async function main(argv: readonly string[], token: string): Promise<void> {
  try {
    const line = parseCommandLine(argv);
    if (line === 'help') return void process.stdout.write(renderHelp());
    if (line === 'version') return void process.stdout.write(`${VERSION}\n`);
    const log = createChpLog(line.logLevel, (text) => void process.stdout.write(text));
    endOnSignals(log);
    await serve(line, token, log);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    await end(1);
  }
}

async function serve(line: CommandLine, token: string, log: ChpLog): Promise<void> {
  if (token === '') log('warn', 'REST API is not authenticated.');
  for (const warning of line.warnings) log('warn', warning);
  const edge = await startEdge(line, log);
  const board = new RouteBoard({ edge, options: line.proxy, owners: noOwners, nowMs: Date.now });
  edge.onConnected(() => void board.replay().catch((error: unknown) => log('error', explain(error))));
  if (line.defaultTarget !== undefined) await board.put('/', { target: line.defaultTarget });
  const counts = new ApiCounts();
  const api = await open(line.api, createRouteApi({ board, token, log, counts }));
  const metrics =
    line.metrics === undefined ? undefined : await open(line.metrics, createMetricsListener(edge, counts));
  const addresses = [...edge.addresses, ...edge.secureAddresses];
  log('info', `Proxying ${addresses.join(', ')} to ${line.defaultTarget ?? '(no default)'}`);
  log('info', `Proxy API at ${api.at}/api/routes`);
  if (metrics !== undefined) log('info', `Serve metrics at ${metrics.at}/metrics`);
  if (line.pidFile !== undefined) writePid(line.pidFile, log);
}

async function startEdge(line: CommandLine, log: ChpLog): Promise<EdgeProcess> {
  const { visitors, redirect, trustedProxies } = line;
  const folder = mkdtempSync(join(tmpdir(), 'berth-chp-'));
  ending.push(() => rmSync(folder, { recursive: true, force: true }));
  const at = (port: number): string => `${visitors.ip.includes(':') ? `[${visitors.ip}]` : visitors.ip}:${port}`;
  const logFile = join(folder, 'edge.log');
  const plain = visitors.tls === undefined ? visitors.port : redirect?.port;
  const edge = await openEdge({
    http: plain === undefined ? [] : [at(plain)],
    https: visitors.tls === undefined ? [] : [at(visitors.port)],
    trustedProxies,
    manners: planManners(line),
    controlSocket: join(folder, 'edge.sock'),
    stateFile: join(folder, 'routes.json'),
    logFile,
  });
  ending.push(() => edge.stop(0), followLog(logFile, log));
  if (visitors.tls !== undefined) await edge.putCertificates([readCertificate(visitors.tls)]);
  return edge;
}

function planManners({ visitors: { tls }, errorPages, keepAliveMs, proxy, redirect }: CommandLine): EdgeManners {
  return {
    endsWithParent: true,
    errorPages: { ...errorPages, tls: proxy.targetTls },
    ...(keepAliveMs === undefined ? {} : { keepAliveMs }),
    ...(redirect === undefined ? {} : { httpsPort: redirect.toPort }),
    ...(tls === undefined ? {} : { tls: planTls(tls) }),
  };
}

function planTls({ caFile, requestsCert, rejectsUnauthorized, version, ciphers }: ServerTls): VisitorTls {
  return {
    requestsCert,
    rejectsUnauthorized,
    ...(caFile === undefined ? {} : { authoritiesPem: readFileSync(caFile, 'utf8') }),
    ...(version === undefined ? {} : { version }),
    ...(ciphers === undefined ? {} : { ciphers }),
  };
}

function readCertificate({ certFile, keyFile }: ServerTls): EdgeCertificate {
  return { hosts: ['*'], certificatePem: readFileSync(certFile, 'utf8'), keyPem: readFileSync(keyFile, 'utf8') };
}

async function open(...[place, listener]: Parameters<typeof listen>): Promise<Listening> {
  const listening = await listen(place, listener);
  ending.push(() => listening.close());
  return listening;
}

function writePid(file: string, log: ChpLog): void {
  // A launcher that had to start another Node is the one its user knows; it passes signals on.
  const pid = process.connected ? process.ppid : process.pid;
  log('info', `Writing pid ${pid} to ${file}`);
  writeFileSync(file, String(pid));
  ending.push(() => rmSync(file, { force: true }));
}

function endOnSignals(log: ChpLog): void {
  const words = { SIGINT: 'Interrupted', SIGTERM: 'Terminated', SIGHUP: 'Hung up' } as const;
  for (const [signal, word] of Object.entries(words))
    process.once(signal, () => {
      log('warn', word);
      void end(SIGNALLED);
    });
  process.once('disconnect', () => void end(SIGNALLED));
}

async function end(code: number): Promise<never> {
  for (const undo of ending.toReversed()) await Promise.resolve(undo()).catch(() => undefined);
  process.exit(code);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message.replace(/BERTH_EDGE_HTTPS?/, '--port');
}
