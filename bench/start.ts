import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProcess } from '../packages/daemon/src/adapters/edge-process/start-process.ts';
import { obtainBuild } from '../scripts/build/obtain-build.ts';
import { DAEMON_PROGRAM } from '../scripts/daemon-program.ts';
import { stopEdge } from '../scripts/edge-control.ts';
import { startChild } from '../test/harness/child.ts';
import { findFreePort } from '../test/harness/free-port.ts';
import { guardProcess } from '../test/harness/guardian.ts';
import { compare, type Finding, limit } from './measure/finding.ts';
import { summarize } from './measure/summary.ts';
import { takeTurns } from './measure/turn.ts';
import { type Benchmark, present } from './stage/benchmark.ts';
import { awaitFirstAnswer } from './stage/first-answer.ts';
import { type Berth, deployMany } from './stage/stage.ts';

const APPS = 20;
const READY_MARK_MS = 1_000;
const ROUTES_MARK_MS = 200;
const GRACE_MS = 15_000;
const ONE_LINER = "require('http').createServer((_, answer) => answer.end()).listen(+process.argv[1], '127.0.0.1')";

/** From the start of a process to its first good answer, beside a web server of one line on the same Node. */
export const start: Benchmark = {
  name: 'start',
  async run(stage) {
    const image = await stage.prepareImage('web');
    const berth = await stage.startBerth();
    try {
      await deployMany(berth, APPS, { image });
      await berth.daemon.end();
      const ports = { nothing: await findFreePort(), edge: await findFreePort() };
      const results = await takeTurns(listContestants(berth, ports), stage);
      return describe(results);
    } finally {
      await berth.stop();
    }
  },
};

interface Ports {
  readonly nothing: number;
  readonly edge: number;
}

function listContestants({ daemon }: Berth, ports: Ports) {
  return {
    nothing: () => startNothing(daemon.dataFolder, ports.nothing),
    /** As after an upgrade: the edge is there. */
    daemon: () => startControl(daemon),
    /** As after the machine was switched on. */
    everything: async () => {
      await stopEdge(daemon.dataFolder, 0);
      return startControl(daemon);
    },
    edge: () => startEdge(daemon.dataFolder, ports.edge),
  };
}

async function startNothing(folder: string, port: number): Promise<number> {
  const began = performance.now();
  const child = startChild({
    command: process.execPath,
    args: ['-e', ONE_LINER, String(port)],
    logPath: join(folder, 'nothing.log'),
    env: {},
  });
  await awaitFirstAnswer({ host: '127.0.0.1', port });
  const tookMs = performance.now() - began;
  await child.kill();
  return tookMs;
}

async function startControl({ dataFolder, apiUrl }: Berth['daemon']): Promise<number> {
  const args = [DAEMON_PROGRAM, 'serve', '--data', dataFolder, '--config', join(dataFolder, 'settings.json')];
  const began = performance.now();
  const child = startChild({ command: process.execPath, args, logPath: join(dataFolder, 'daemon.log'), env: {} });
  await awaitFirstAnswer({ host: '127.0.0.1', port: Number(new URL(apiUrl).port), path: '/readyz' });
  const tookMs = performance.now() - began;
  await child.end(GRACE_MS);
  return tookMs;
}

/** A second edge with the routes of the first, which go to the same containers. */
async function startEdge(folder: string, port: number): Promise<number> {
  const stateFile = join(folder, 'bench-routes.json');
  copyFileSync(join(folder, 'routes.json'), stateFile);
  const program = join(await obtainBuild(), 'edge/edge-process.js');
  const began = performance.now();
  const edge = startProcess({
    program,
    http: [`127.0.0.1:${port}`],
    controlSocket: join(folder, 'bench.sock'),
    stateFile,
    logFile: join(folder, 'bench-edge.log'),
  });
  if (edge.pid !== undefined) guardProcess(edge.pid);
  await awaitFirstAnswer({ host: '127.0.0.1', port, name: 'app-0007.localhost' });
  const tookMs = performance.now() - began;
  edge.kill();
  return tookMs;
}

type Results = Readonly<Record<'nothing' | 'daemon' | 'everything' | 'edge', readonly number[]>>;

function describe({ nothing, ...results }: Results): Finding[] {
  const theirs = { name: 'a web server of one line on the same Node', samples: nothing };
  const row = (what: string, samples: readonly number[], atMost: number): Finding => ({
    ...compare({ what, ours: { name: 'Berth', samples }, theirs, unit: 'ms' }),
    marks: [limit(summarize(samples), { atMost, unit: 'ms' })],
  });
  return [
    row(`start to ready with ${APPS} apps, edge included`, results.everything, READY_MARK_MS),
    row(`start to ready with ${APPS} apps, where the edge serves already`, results.daemon, READY_MARK_MS),
    row('start of the edge to the first page by its routes on disk', results.edge, ROUTES_MARK_MS),
  ];
}

if (import.meta.main) await present([start], { rounds: 7 });
