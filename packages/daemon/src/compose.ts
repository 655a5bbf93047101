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
import { createUploadFiles } from './adapters/upload-files/upload-files.ts';
import { publishedAddressOf } from './config/published-port-settings.ts';
import { quotaPolicyOf } from './config/quota-settings.ts';
import { portalPolicyOf } from './config/portal-policy.ts';
import { readSettings, SettingsError } from './config/read-settings.ts';
import type { EdgeManners } from './core/edge-manners.ts';
import type { Settings } from './config/settings.ts';
import { templatesOf } from './config/templates-of.ts';
import { createCertificateKeeper } from './compose-certificates.ts';
import { createDialects, type Dialects, parseListen } from './compose-dialects.ts';
import type { DialectLog } from './dialect-kit/dialect.ts';
import { ChpDialect } from './dialects/chp/chp-dialect.ts';
import { addressOf } from './http/dialect-server.ts';
import { createHttpServer } from './http/http-server.ts';
import type { HttpOptions } from './http/services.ts';
import type { Engine } from './ports/engine.ts';
import type { Store } from './ports/store.ts';
import type { CertificateKeeper } from './reconcile/certificate-keeper.ts';
import { ControlLoop } from './reconcile/control-loop.ts';
import { StatsSampler } from './reconcile/stats-sampler.ts';
import type { World } from './reconcile/world.ts';
import { createContext, type Policy } from './use-cases/context.ts';
import { Ledger } from './use-cases/ledger.ts';
import { prune } from './use-cases/prune.ts';
import { ensureAdministrator } from './use-cases/setup.ts';
import { sweepUploads } from './use-cases/uploads.ts';

const usage = `Usage: berth serve [--config FILE] [--data DIR]

Starts the Berth daemon. Every setting of the file can also be given as a variable BERTH_…;
docs/reference/settings.md lists them.`;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** By then the code of an ordinary start is compiled; without this only an orderly end would keep it. */
const compileCacheMs = 5_000;

/** What is running, in the order in which it is to be stopped. */
interface Daemon {
  readonly http: ReturnType<typeof createHttpServer>;
  readonly chp: ChpDialect | undefined;
  readonly dialects: Dialects;
  readonly control: ControlLoop;
  readonly certificates: CertificateKeeper;
  readonly sampler: StatsSampler;
  readonly edge: EdgeProcess;
  readonly store: Store;
  readonly engines: ReadonlyMap<string, Engine>;
  readonly log: Logger;
}

/** Runs the command line of the daemon; a failure ends the process with a sentence. */
export function runDaemon(environment: Environment, edgeProgram: string): void {
  main(environment, edgeProgram).catch(fail);
}

type Environment = Readonly<Record<string, string | undefined>>;

async function main(environment: Environment, edgeProgram: string): Promise<void> {
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
  const daemon = await start(settings, edgeProgram);
  stopOnSignals(daemon);
}

async function start(settings: Settings, edgeProgram: string): Promise<Daemon> {
  const log = pino({ level: settings.log.level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const data = resolve(settings.data);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const store = await openSqliteStore(join(data, 'berth.db'));
  const [ledger, edge] = await Promise.all([
    Ledger.open(store, systemClock),
    startEdge(settings, { data, program: edgeProgram }),
  ]);
  const world = createWorld({ settings, log, store, ledger, edge });
  await giveAdministratorToken(world, join(data, 'admin.token'));
  const chp = createChp(settings, world, data);
  const routed = chp === undefined ? world : { ...world, listOtherRoutes: chp.listRoutes };
  const control = new ControlLoop(routed, { rebuilding: store.fresh });
  control.start();
  const certificates = createCertificateKeeper(settings, world);
  certificates.start();
  const sampler = new StatsSampler(world);
  if (settings.stats.history) sampler.start();
  const readiness = (): { ready: boolean; reason: string | null } => {
    const reason = control.unready() ?? (edge.isConnected ? null : 'The edge is being started again.');
    return { ready: reason === null, reason };
  };
  const dialects = await createDialects({
    settings,
    context: world,
    dataFolder: data,
    logOf: (name) => logOf(world, name),
  });
  const options: HttpOptions = { logger: log, readiness, dialects: dialects.prefixed };
  const http = createHttpServer(world, options);
  await http.listen(parseListen(settings.api.listen)).catch((error: unknown) => endEdge(edge, error));
  await chp?.open().catch((error: unknown) => endEdge(edge, error));
  await dialects.open(options, addressOf(http)).catch((error: unknown) => endEdge(edge, error));
  pruneDaily(world, settings);
  sweepHourly(world);
  systemClock.after(compileCacheMs, flushCompileCache);
  const listening = { edge: edge.addresses, edgeHttps: edge.secureAddresses };
  log.info({ api: `http://${settings.api.listen}`, ...listening, data }, 'Berth is up');
  return { http, chp, dialects, control, certificates, sampler, edge, store, engines: world.engines, log };
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
  const uploadFolder = createUploadFiles(join(resolve(settings.data), 'uploads'));
  const reached = { ledger, store, edge, engines, clock: systemClock, uploadFolder };
  const context = createContext({ ...reached, policy: policyOf(settings) });
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
  return new ChpDialect({
    settings: { ...chp, token: chp.token.reveal(), listen: parseListen(chp.listen) },
    context: world,
    edge: world.edge,
    file: join(data, 'chp-routes.json'),
    log: logOf(world, 'chp'),
  });
}

/** What older APIs tell of each call is for those who look into a fault. */
function logOf(world: World, dialect: string): DialectLog {
  const log = world.log.child({ dialect });
  return (level, text) => log[level === 'info' ? 'debug' : level](text);
}

function policyOf(settings: Settings): Policy {
  const { baseDomain, publicPort, publicScheme, http, defaultApp, limits, redirectToHttps } = settings.edge;
  const names = Object.keys(settings.engines);
  const chosen = names.find((name) => settings.engines[name]?.default === true) ?? names[0];
  return {
    site: settings.site,
    defaultEngine: chosen ?? 'local',
    baseDomain,
    defaultApp: defaultApp ?? null,
    limits,
    requiresTls: redirectToHttps === 'always',
    ...certificatePolicyOf(settings),
    publicUrl: {
      scheme: publicScheme,
      port: publicScheme === 'https' ? httpsPortOf(settings) : (publicPort ?? parseListen(http).port),
    },
    allowedPrivileges: settings.policy.allowedPrivileges,
    ...publishingOf(settings),
    images: settings.images.policy,
    uptimeDays: settings.uptime.keepDays,
    quotas: quotaPolicyOf(settings.quotas),
    templates: templatesOf(settings),
    maxSpawns: settings.spawns.max,
    ...portalPolicyOf(settings),
    uploads: {
      maxBytes: settings.uploads.maxBytes,
      bytesPerUser: settings.uploads.bytesPerUser,
      keepMs: settings.uploads.keepHours * hourMs,
    },
  };
}

function publishingOf({ policy }: Settings): Pick<Policy, 'publishing'> {
  const address = publishedAddressOf(policy);
  return address === null ? {} : { publishing: { address, lowestHostPort: policy.lowestHostPort } };
}

/** Where visitors reach https: the edge, or another proxy in front of it. */
function httpsPortOf({ edge: { https, publicPort, publicScheme } }: Settings): number {
  if (publicScheme === 'https' && publicPort !== undefined) return publicPort;
  return https === 'off' ? 443 : parseListen(https).port;
}

/** What is decided about certificates; nothing where no authority issues them. */
function certificatePolicyOf({ edge: { acme, baseDomain } }: Settings): Pick<Policy, 'certificates'> {
  const { directory, caFile, challenge, ordersPerDomainPerWeek, parallelOrders, dns } = acme;
  if (directory === undefined) return {};
  const hasProvider = [dns.rfc2136, dns.webhook, dns.exec].some((one) => one !== undefined);
  const zones = dns.zones.length > 0 ? dns.zones : [baseDomain];
  const limits = { ordersPerDomainPerWeek, parallelOrders };
  return {
    certificates: {
      directory,
      isPrivate: caFile !== undefined,
      challenge,
      dnsZones: hasProvider ? zones : [],
      ...limits,
    },
  };
}

function startEdge(
  settings: Settings,
  { data, program }: { readonly data: string; readonly program: string },
): Promise<EdgeProcess> {
  const { http, https, trustedProxies, proxyProtocol, maxConnections, maxConnectionsPerAddress } = settings.edge;
  const redirectsToHttps = settings.edge.redirectToHttps === 'auto' && https !== 'off';
  return openEdge({
    program,
    http: [http],
    https: https === 'off' ? [] : [https],
    trustedProxies,
    proxyProtocol,
    connections: { total: maxConnections, perAddress: maxConnectionsPerAddress },
    manners: { httpsPort: httpsPortOf(settings), redirectsToHttps, ...accessLogOf(settings) },
    controlSocket: join(data, 'edge.sock'),
    stateFile: join(data, 'routes.json'),
    logFile: join(data, 'edge.log'),
  });
}

function accessLogOf({ edge: { accessLog } }: Settings): Pick<EdgeManners, 'accessLog'> {
  const { file, ...bounds } = accessLog;
  return file === undefined ? {} : { accessLog: { file: resolve(file), ...bounds } };
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

function sweepHourly(world: World): void {
  systemClock.after(hourMs, () => {
    sweepUploads(world).catch((error: unknown) => world.log.warn({ error }, 'old uploads stay'));
    sweepHourly(world);
  });
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

async function stop(
  { http, chp, dialects, control, certificates, sampler, edge, store, engines, log }: Daemon,
  withEdge: boolean,
): Promise<void> {
  log.info({ edge: withEdge ? 'stops' : 'goes on serving', pid: edge.pid }, 'Berth stops; apps keep running');
  await http.close();
  chp?.close();
  await dialects.close();
  certificates.stop();
  sampler.stop();
  await control.stop();
  if (withEdge) await edge.stop();
  else edge.release();
  await Promise.all([...engines.values()].map((engine) => engine.close()));
  await store.close();
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
