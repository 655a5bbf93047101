import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Logger, pino } from 'pino';
import { createDockerEngine } from './adapters/docker/docker-engine.ts';
import { type EdgeProcess, openEdge } from './adapters/edge-process/open-edge.ts';
import { socketProbe } from './adapters/socket-probe/socket-probe.ts';
import { openSqliteStore } from './adapters/sqlite/open-sqlite-store.ts';
import { systemClock } from './adapters/system-clock/system-clock.ts';
import { readSettings, SettingsError } from './config/read-settings.ts';
import type { Settings } from './config/settings.ts';
import { ChpDialect } from './dialects/chp/chp-dialect.ts';
import { createHttpServer } from './http/http-server.ts';
import type { Engine } from './ports/engine.ts';
import type { Store } from './ports/store.ts';
import { ControlLoop } from './reconcile/control-loop.ts';
import type { World } from './reconcile/world.ts';
import { createContext, type Policy } from './use-cases/context.ts';
import { Ledger } from './use-cases/ledger.ts';
import { prune } from './use-cases/prune.ts';
import { ensureAdministrator } from './use-cases/setup.ts';

const usage = `Usage: berth serve [--config FILE] [--data DIR]

Starts the Berth daemon. Every setting of the file can also be given as a variable BERTH_…;
docs/reference/settings.md lists them.`;

const dayMs = 86_400_000;
/** By then the code of an ordinary start is compiled; without this only an orderly end would keep it. */
const compileCacheMs = 5_000;

/** What is running, in the order in which it is to be stopped. */
interface Daemon {
  readonly http: ReturnType<typeof createHttpServer>;
  readonly chp: ChpDialect | undefined;
  readonly control: ControlLoop;
  readonly edge: EdgeProcess;
  readonly store: Store;
  readonly engines: ReadonlyMap<string, Engine>;
  readonly log: Logger;
}

/** Runs the command line of the daemon; a failure ends the process with a sentence. */
export function runDaemon(environment: Environment): void {
  main(environment).catch(fail);
}

type Environment = Readonly<Record<string, string | undefined>>;

async function main(environment: Environment): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { config: { type: 'string' }, data: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help === true || positionals[0] !== 'serve' || positionals.length > 1) {
    process.stdout.write(`${usage}\n`);
    process.exitCode = values.help === true ? 0 : 2;
    return;
  }
  const options = values.data === undefined ? {} : { data: values.data };
  const settings = readSettings({ file: values.config, environment, options });
  const daemon = await start(settings);
  stopOnSignals(daemon);
}

async function start(settings: Settings): Promise<Daemon> {
  const log = pino({ level: settings.log.level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const data = resolve(settings.data);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const store = await openSqliteStore(join(data, 'berth.db'));
  const [ledger, edge] = await Promise.all([Ledger.open(store, systemClock), startEdge(settings, data)]);
  const world = createWorld({ settings, log, store, ledger, edge });
  await giveAdministratorToken(world, join(data, 'admin.token'));
  const chp = createChp(settings, world, data);
  const routed = chp === undefined ? world : { ...world, listOtherRoutes: chp.listRoutes };
  const control = new ControlLoop(routed, { rebuilding: store.fresh });
  control.start();
  const readiness = (): { ready: boolean; reason: string | null } => {
    const reason = control.unready() ?? (edge.isConnected ? null : 'The edge is being started again.');
    return { ready: reason === null, reason };
  };
  const http = createHttpServer(world, { logger: log, readiness });
  await http.listen(parseListen(settings.api.listen)).catch((error: unknown) => endEdge(edge, error));
  await chp?.open().catch((error: unknown) => endEdge(edge, error));
  pruneDaily(world, settings);
  systemClock.after(compileCacheMs, flushCompileCache);
  log.info({ api: `http://${settings.api.listen}`, edge: edge.addresses, data }, 'Berth is up');
  return { http, chp, control, edge, store, engines: world.engines, log };
}

/** A start that fails takes its new edge along, but not one that was serving before. */
async function endEdge(edge: EdgeProcess, error: unknown): Promise<never> {
  if (edge.startedAtMs > Date.now() - process.uptime() * 1000) await edge.stop();
  else edge.release();
  throw error;
}

function createWorld(parts: {
  settings: Settings;
  log: Logger;
  store: Store;
  ledger: Ledger;
  edge: EdgeProcess;
}): World {
  const { settings, log, store, ledger, edge } = parts;
  const engines = new Map(
    Object.entries(settings.engines).map(([name, { host, tls }]) => [name, openEngine(name, host, tls)]),
  );
  const context = createContext({ ledger, store, edge, engines, clock: systemClock, policy: policyOf(settings) });
  const { logMaxBytes, logFiles, parallelStarts } = settings.instances;
  return {
    ...context,
    log,
    probe: socketProbe,
    limits: {
      log: { maxSizeBytes: logMaxBytes, maxFiles: logFiles },
      parallel: parallelStarts,
      resyncMs: 30_000,
      seenMs: settings.uptime.seenSeconds * 1000,
    },
  };
}

function openEngine(name: string, host: string, tls: Settings['engines'][string]['tls']): Engine {
  if (tls === undefined) return createDockerEngine({ name, host });
  const [ca, cert, key] = [tls.caFile, tls.certFile, tls.keyFile].map((file) => readFileSync(file));
  return createDockerEngine({
    name,
    host,
    tls: { ca, cert, key } as Required<Parameters<typeof createDockerEngine>[0]>['tls'],
  });
}

/** Undefined unless it is configured. */
function createChp({ dialects: { chp } }: Settings, world: World, data: string): ChpDialect | undefined {
  if (chp?.token === undefined) return undefined;
  const log = world.log.child({ dialect: 'chp' });
  return new ChpDialect({
    settings: { ...chp, token: chp.token, listen: parseListen(chp.listen) },
    context: world,
    edge: world.edge,
    file: join(data, 'chp-routes.json'),
    log: (level, text) => log[level === 'info' ? 'debug' : level](text),
  });
}

function policyOf(settings: Settings): Policy {
  const { baseDomain, publicPort, publicScheme, http, defaultApp, limits } = settings.edge;
  const names = Object.keys(settings.engines);
  const chosen = names.find((name) => settings.engines[name]?.default === true) ?? names[0];
  return {
    site: settings.site,
    defaultEngine: chosen ?? 'local',
    baseDomain,
    defaultApp: defaultApp ?? null,
    limits,
    requiresTls: () => false,
    publicUrl: { scheme: publicScheme, port: publicPort ?? parseListen(http).port },
    allowedPrivileges: settings.policy.allowedPrivileges,
    uptimeDays: settings.uptime.keepDays,
  };
}

function startEdge(settings: Settings, data: string): Promise<EdgeProcess> {
  const { http, trustedProxies } = settings.edge;
  return openEdge({
    http: [http],
    trustedProxies,
    controlSocket: join(data, 'edge.sock'),
    stateFile: join(data, 'routes.json'),
    logFile: join(data, 'edge.log'),
  });
}

/** The first administrator's token lies beside the store, readable by the daemon's user alone. */
async function giveAdministratorToken(world: World, file: string): Promise<void> {
  const secret = await ensureAdministrator(world);
  if (secret === null) return;
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  world.log.info({ file }, 'the first administrator’s token was written');
}

function pruneDaily(world: World, settings: Settings): void {
  const retention = { ...settings.retention, uptimeExactDays: settings.uptime.exactDays };
  const run = (): void => {
    prune(world, retention).catch((error: unknown) => world.log.warn({ error }, 'old records stay'));
    systemClock.after(dayMs, run);
  };
  systemClock.after(60_000, run);
}

/**
 * SIGTERM ends control alone, as an upgrade or a restart does: the edge goes on serving and the next start takes it over.
 * SIGINT is a person's: it ends the edge too. A second signal does not wait.
 */
function stopOnSignals(daemon: Daemon): void {
  let stopping = false;
  const stopOnce = (withEdge: boolean): void => {
    if (stopping) process.exit(1);
    stopping = true;
    stop(daemon, withEdge).then(
      () => process.exit(0),
      (error: unknown) => {
        daemon.log.error({ error }, 'not stopped cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stopOnce(false));
  process.on('SIGINT', () => stopOnce(true));
}

async function stop({ http, chp, control, edge, store, engines, log }: Daemon, withEdge: boolean): Promise<void> {
  log.info({ edge: withEdge ? 'stops' : 'goes on serving', pid: edge.pid }, 'Berth stops; apps keep running');
  await http.close();
  chp?.close();
  await control.stop();
  if (withEdge) await edge.stop();
  else edge.release();
  await Promise.all([...engines.values()].map((engine) => engine.close()));
  await store.close();
}

function parseListen(listen: string): { host: string; port: number } {
  const colon = listen.lastIndexOf(':');
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host: host === '' ? '::' : host, port: Number(listen.slice(colon + 1)) };
}

const addressInUse =
  'The address for the API is in use; another Berth may be running. Choose another with api.listen or BERTH_API_LISTEN.';

function sentence(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  return `Berth could not start: ${error instanceof Error ? error.message : String(error)}`;
}

function fail(error: unknown): void {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  process.stderr.write(`${code === 'EADDRINUSE' ? addressInUse : sentence(error)}\n`);
  process.exit(error instanceof SettingsError ? 2 : 1);
}
