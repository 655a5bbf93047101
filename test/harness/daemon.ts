import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAEMON_PROGRAM } from '../../scripts/daemon-program.ts';
import { findEdgePid, stopEdge } from '../../scripts/edge-control.ts';
import { hasEnded, sendSignal } from '../../scripts/private-engine/processes.ts';
import { removeSite } from '../../scripts/site.ts';
import { type Child, startChild } from './child.ts';
import { waitFor } from './deadline.ts';
import { findFreePort } from './free-port.ts';
import { guard, guardProcess } from './guardian.ts';

const READY_MS = 30_000;
const STOP_MS = 15_000;

export interface TestDaemonOptions {
  /** Path of the engine's socket. */
  readonly engineSocket: string;
  /** A temporary one unless said; one that is said is kept by `stop`. */
  readonly dataFolder?: string;
  /** Keys of the settings file that win over those of the harness, section by section. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** The product as a user has it: a process of its own, with its edge. */
export interface RunningDaemon {
  /** `http://127.0.0.1:<port>`; the same after `startAgain`, as are the other ports and folders. */
  readonly apiUrl: string;
  /** Where visitors come in by http, on 127.0.0.1. */
  readonly edgePort: number;
  /** The same by https. */
  readonly secureEdgePort: number;
  readonly adminToken: string;
  /** Value of the label `berth.site`, of this daemon alone: several may share an engine. */
  readonly site: string;
  readonly dataFolder: string;
  readonly pid: number;
  /** Process id of the edge; undefined when none serves. */
  findEdgePid(): Promise<number | undefined>;
  readLog(): string;
  /** Ends the daemon as a crash does; its edge serves on. */
  kill9(): Promise<void>;
  /** Ends the daemon as an upgrade does, by SIGTERM; its edge serves on. */
  end(): Promise<void>;
  /** Starts the daemon on the same data after `kill9` or `end`; resolves when it is ready. */
  startAgain(): Promise<RunningDaemon>;
  /** Ends daemon and edge, and takes away all they made in the engine. */
  stop(): Promise<void>;
}

/** Starts the product on free ports; resolves when it is ready. */
export async function startDaemon(options: TestDaemonOptions): Promise<RunningDaemon> {
  return run(await preparePlace(options), options);
}

async function run(place: Place, options: TestDaemonOptions): Promise<RunningDaemon> {
  const { apiUrl, edgePort, secureEdgePort, site, dataFolder } = place;
  const child = await startReady(place);
  return {
    apiUrl,
    edgePort,
    secureEdgePort,
    site,
    dataFolder,
    pid: child.pid,
    adminToken: readFileSync(join(dataFolder, 'admin.token'), 'utf8').trim(),
    findEdgePid: () => findEdgePid(dataFolder),
    readLog: () => child.readLog(),
    kill9: () => child.kill(),
    end: () => child.end(STOP_MS),
    startAgain: () => run(place, options),
    stop: () => stop(child, place, options),
  };
}

interface Place {
  readonly site: string;
  readonly dataFolder: string;
  readonly apiUrl: string;
  readonly edgePort: number;
  readonly secureEdgePort: number;
  readonly settingsFile: string;
  readonly env: NodeJS.ProcessEnv;
}

async function preparePlace({ engineSocket, dataFolder, settings = {}, env = {} }: TestDaemonOptions): Promise<Place> {
  const folder = dataFolder ?? mkdtempSync(join(tmpdir(), 'berth-test-'));
  if (dataFolder === undefined) guard({ kind: 'folder', path: folder });
  const [apiPort, edgePort, secureEdgePort] = await Promise.all([findFreePort(), findFreePort(), findFreePort()]);
  const site = `test-${randomBytes(4).toString('hex')}`;
  const base = {
    site,
    api: { listen: `127.0.0.1:${apiPort}` },
    edge: { http: `127.0.0.1:${edgePort}`, https: `127.0.0.1:${secureEdgePort}` },
    engines: { local: { host: `unix://${engineSocket}`, default: true } },
  };
  const settingsFile = join(folder, 'settings.json');
  writeFileSync(settingsFile, JSON.stringify(mergeSections(base, settings)));
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const ports = { edgePort, secureEdgePort };
  return { site, dataFolder: folder, apiUrl, ...ports, settingsFile, env: { ...cleanEnvironment(), ...env } };
}

function mergeSections(base: Readonly<Record<string, unknown>>, given: Readonly<Record<string, unknown>>): object {
  const isSection = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const merged = Object.entries(given).map(([name, value]) => {
    const before = base[name];
    return [name, isSection(value) && isSection(before) ? Object.assign({}, before, value) : value];
  });
  return { ...base, ...Object.fromEntries(merged) };
}

/** Settings of the machine must not reach a test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('BERTH_') && name !== 'DOCKER_HOST');
  return Object.fromEntries(entries);
}

async function startReady({ dataFolder, settingsFile, apiUrl, env }: Place): Promise<Child> {
  const args = [DAEMON_PROGRAM, 'serve', '--data', dataFolder, '--config', settingsFile];
  const logPath = join(dataFolder, 'daemon.log');
  const child = startChild({ command: process.execPath, args, logPath, env });
  const isReady = async () => !child.isRunning() || (await fetch(`${apiUrl}/readyz`)).status === 200;
  try {
    await waitFor(isReady, { deadlineMs: READY_MS, what: 'the daemon' });
    if (!child.isRunning()) throw new Error('The daemon ended while it started.');
  } catch (error) {
    await child.kill();
    await stopEdge(dataFolder, 0);
    throw new Error(`${String(error)}\n${child.readLog()}`, { cause: error });
  }
  const edgePid = await findEdgePid(dataFolder);
  if (edgePid !== undefined) guardProcess(edgePid);
  return child;
}

/** SIGINT ends the edge too; one whose daemon was killed is told by itself. */
async function stop(child: Child, place: Place, { engineSocket, dataFolder }: TestDaemonOptions): Promise<void> {
  sendSignal(child.pid, 'SIGINT');
  if (!(await hasEnded(child.pid, STOP_MS))) await child.kill();
  await stopEdge(place.dataFolder, 1_000);
  await removeSite(engineSocket, place.site);
  if (dataFolder === undefined) rmSync(place.dataFolder, { recursive: true, force: true });
}
