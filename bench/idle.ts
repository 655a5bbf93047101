import { setTimeout as delay } from 'node:timers/promises';
import { stopEdge } from '../scripts/edge-control.ts';
import { listProcesses } from '../scripts/private-engine/processes.ts';
import { compare, type Finding, limit } from './measure/finding.ts';
import { readPssMb, readThreadCpuMs } from './measure/process-cost.ts';
import { summarize } from './measure/summary.ts';
import { type Benchmark, present } from './stage/benchmark.ts';
import { onOwnRuntime } from './stage/own-runtime.ts';
import { type Berth, deployMany, type Stage } from './stage/stage.ts';

const APPS = 20;
const SETTLE_MS = 15_000;
const WHOLE_MS = 60_000;
const MARK_MB = 110;
const MARK_PERCENT = 0.5;

/** What all processes of Berth keep and do while nothing happens, beside those of the engine meanwhile. */
export const idle: Benchmark = {
  name: 'idle',
  async run(stage) {
    const image = await stage.prepareImage('web');
    return onOwnRuntime(async () => {
      const berth = await stage.startBerth();
      try {
        await deployMany(berth, APPS, { image });
        stage.say('the apps serve; nothing happens from now on');
        const first = await watchAll(stage, berth);
        await berth.daemon.end();
        await stopEdge(berth.daemon.dataFolder, 0);
        await berth.startAgain();
        stage.say('both were started again, as after the machine was switched on');
        return describe(first, await watchAll(stage, berth));
      } finally {
        await berth.stop();
      }
    });
  },
};

interface Watched {
  readonly memoryMb: number[];
  readonly cpuPercent: number[];
}

interface Sides {
  readonly ours: Watched;
  readonly theirs: Watched;
}

async function watchAll(stage: Stage, berth: Berth): Promise<Sides> {
  await delay(SETTLE_MS);
  const edgePid = await berth.daemon.findEdgePid();
  if (edgePid === undefined) throw new Error('No edge serves.');
  const ours = { pids: [berth.daemon.pid, edgePid], ...emptyWatch() };
  const theirs = { pids: listEnginePids(stage), ...emptyWatch() };
  const windowMs = Math.ceil(WHOLE_MS / stage.rounds);
  for (let round = 0; round < stage.rounds; round += 1) await watchWindow([ours, theirs], windowMs);
  const parts = ours.pids.map((pid) => `${readPssMb(pid).toFixed(1)} MB`);
  stage.say(`daemon and edge: ${parts.join(' and ')}`);
  return { ours, theirs };
}

function emptyWatch(): Watched {
  return { memoryMb: [], cpuPercent: [] };
}

/** `dockerd` and its containerd; not the shims, of which every container has one with or without Berth. */
function listEnginePids({ engine }: Stage): number[] {
  const isOurs = (argv: readonly string[]) => argv.some((word) => word.startsWith(engine.folder));
  const names = new Set(['dockerd', 'containerd']);
  return listProcesses().flatMap(({ pid, name, argv }) => (names.has(name) && isOurs(argv) ? [pid] : []));
}

async function watchWindow(groups: readonly (Watched & { readonly pids: readonly number[] })[], windowMs: number) {
  const before = groups.map(({ pids }) => sum(pids, readThreadCpuMs));
  const began = performance.now();
  await delay(windowMs);
  const tookMs = performance.now() - began;
  for (const [index, { pids, memoryMb, cpuPercent }] of groups.entries()) {
    cpuPercent.push((100 * (sum(pids, readThreadCpuMs) - (before[index] ?? 0))) / tookMs);
    memoryMb.push(sum(pids, readPssMb));
  }
}

function sum(pids: readonly number[], read: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + read(pid), 0);
}

/** At the first start nothing is compiled yet; both starts must meet the mark. */
function describe(first: Sides, second: Sides): Finding[] {
  const both: Sides = { ours: join(first.ours, second.ours), theirs: join(first.theirs, second.theirs) };
  const memory = (start: string, sides: Sides) =>
    judge(sides, {
      what: `memory (PSS) with ${APPS} idle apps, ${start} start`,
      of: 'memoryMb',
      atMost: MARK_MB,
      unit: 'MB',
    });
  return [
    memory('first', first),
    memory('second', second),
    judge(both, { what: `CPU with ${APPS} idle apps`, of: 'cpuPercent', atMost: MARK_PERCENT, unit: '% of a core' }),
  ];
}

function join(one: Watched, other: Watched): Watched {
  return {
    memoryMb: [...one.memoryMb, ...other.memoryMb],
    cpuPercent: [...one.cpuPercent, ...other.cpuPercent],
  };
}

interface Question {
  readonly what: string;
  readonly of: keyof Watched;
  readonly atMost: number;
  readonly unit: string;
}

function judge({ ours, theirs }: Sides, { what, of, atMost, unit }: Question): Finding {
  const finding = compare({
    what,
    ours: { name: 'Berth, daemon and edge', samples: ours[of] },
    theirs: { name: '`dockerd` and `containerd`', samples: theirs[of] },
    unit,
  });
  return { ...finding, marks: [limit(summarize(ours[of]), { atMost, unit })] };
}

if (import.meta.main) await present([idle], { rounds: 5 });
