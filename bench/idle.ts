import { setTimeout as delay } from 'node:timers/promises';
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
        await delay(SETTLE_MS);
        return describe(await watchAll(stage, berth));
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

async function watchAll(stage: Stage, berth: Berth) {
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

function describe({ ours, theirs }: { readonly ours: Watched; readonly theirs: Watched }): Finding[] {
  const sides = (samples: keyof Watched) => ({
    ours: { name: 'Berth, daemon and edge', samples: ours[samples] },
    theirs: { name: '`dockerd` and `containerd`', samples: theirs[samples] },
  });
  const memory = compare({ what: `memory with ${APPS} idle apps (PSS)`, ...sides('memoryMb'), unit: 'MB' });
  const cpu = compare({ what: `CPU with ${APPS} idle apps`, ...sides('cpuPercent'), unit: '% of a core' });
  return [
    { ...memory, marks: [limit(summarize(ours.memoryMb), { atMost: MARK_MB, unit: 'MB' })] },
    { ...cpu, marks: [limit(summarize(ours.cpuPercent), { atMost: MARK_PERCENT, unit: '% of a core' })] },
  ];
}

if (import.meta.main) await present([idle], { rounds: 5 });
