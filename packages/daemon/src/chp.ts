import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EdgeProcess, openEdge } from './adapters/edge-process/open-edge.ts';
import { ApiCounts } from './dialects/chp/api-counts.ts';
import { createChpLog, type ChpLog } from './dialects/chp/chp-log.ts';
import { createMetricsListener } from './dialects/chp/chp-metrics.ts';
import { type CommandLine, parseCommandLine } from './dialects/chp/command-line.ts';
import { noOwners } from './dialects/chp/edge-routes.ts';
import { renderHelp } from './dialects/chp/flag.ts';
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
  const edge = await startEdge(line);
  const board = new RouteBoard({ edge, options: line.proxy, owners: noOwners, nowMs: Date.now });
  edge.onConnected(() => void board.replay().catch((error: unknown) => log('error', explain(error))));
  if (line.defaultTarget !== undefined) await board.put('/', { target: line.defaultTarget });
  const counts = new ApiCounts();
  const api = await open(line.api, createRouteApi({ board, token, log, counts }));
  const metrics =
    line.metrics === undefined ? undefined : await open(line.metrics, createMetricsListener(edge, counts));
  log('info', `Proxying ${edge.addresses.join(', ')} to ${line.defaultTarget ?? '(no default)'}`);
  log('info', `Proxy API at ${api.at}/api/routes`);
  if (metrics !== undefined) log('info', `Serve metrics at ${metrics.at}/metrics`);
  if (line.pidFile !== undefined) writePid(line.pidFile, log);
}

async function startEdge({ visitors, trustedProxies }: CommandLine): Promise<EdgeProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-chp-'));
  ending.push(() => rmSync(folder, { recursive: true, force: true }));
  const host = visitors.ip.includes(':') ? `[${visitors.ip}]` : visitors.ip;
  const edge = await openEdge({
    http: [`${host}:${visitors.port}`],
    trustedProxies,
    controlSocket: join(folder, 'edge.sock'),
    stateFile: join(folder, 'routes.json'),
    logFile: join(folder, 'edge.log'),
  });
  ending.push(() => edge.stop(0));
  return edge;
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
