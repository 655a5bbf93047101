import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../test/harness/deadline.ts';
import { type RudeVisitors, startRudeVisitors } from '../load/rude-visitors.ts';
import type { Finding } from '../measure/finding.ts';
import { countHandles, readPssMb } from '../measure/process-cost.ts';
import { renderSummary, summarize } from '../measure/summary.ts';
import { type Arena, inArena, usualHost } from './arena.ts';
import { presentEdge } from './present-edge.ts';
import type { BerthContestant } from './proxy/berth.ts';
import type { EdgeBenchmark, EdgePlan } from './plan.ts';

const OF_EACH_KIND = 4;
const WARM_MS = 15_000;
const SAMPLE_MS = 1_000;
const SETTLE_MS = 30_000;
/** Connections to the app that are kept may be some more or less. */
const HANDLE_SLACK = 16;
const MEMORY_SLACK_MB = 8;

/** Visitors who leave in the middle of all there is, for minutes: what is held at the end as at the beginning. */
export const soak: EdgeBenchmark = {
  name: 'edge:soak',
  run: (plan) => inArena('own', (arena) => measure(arena, plan)),
};

/** What an edge holds; `underWay` counts requests and open WebSockets. */
interface Holding {
  readonly handles: number;
  readonly underWay: number;
}

async function measure({ start }: Arena, { minutes, say }: EdgePlan): Promise<Finding[]> {
  const edge = await start('berth');
  const plan = { port: edge.port, host: usualHost, count: OF_EACH_KIND };
  const warming = startRudeVisitors(plan);
  await delay(WARM_MS);
  await warming.stop();
  const before = await settle(edge, { handles: Number.POSITIVE_INFINITY });
  say(`before: ${before.handles} handles, ${before.underWay} under way`);
  const visitors = startRudeVisitors(plan);
  const memory = await watchMemory(edge, minutes * 60_000);
  await visitors.stop();
  const after = await settle(edge, { handles: before.handles + HANDLE_SLACK });
  return [reportHandles(before, after, visitors), reportMemory(memory), reportPages(visitors)];
}

async function watchMemory(edge: BerthContestant, durationMs: number): Promise<number[]> {
  const samples: number[] = [];
  for (const end = performance.now() + durationMs; performance.now() < end; await delay(SAMPLE_MS))
    samples.push(edge.listPids().reduce((sum, pid) => sum + readPssMb(pid), 0));
  return samples;
}

/** What it holds when all visitors have gone, after a while if it needs one. */
async function settle(edge: BerthContestant, wanted: { readonly handles: number }): Promise<Holding> {
  const read = async (): Promise<Holding> => ({
    handles: edge.listPids().reduce((sum, pid) => sum + countHandles(pid), 0),
    underWay: await edge.countUnderWay(),
  });
  const isSettled = async (): Promise<boolean> => {
    const { handles, underWay } = await read();
    return underWay === 0 && handles <= wanted.handles;
  };
  await waitFor(isSettled, { deadlineMs: SETTLE_MS }).catch(() => undefined);
  return read();
}

function reportHandles(before: Holding, after: Holding, { visits }: RudeVisitors): Finding {
  const met = after.underWay === 0 && after.handles <= before.handles + HANDLE_SLACK;
  return {
    what: `open files and sockets after ${visits.toLocaleString('en')} visits that were broken off, and requests under way`,
    ours: `${after.handles} and ${after.underWay}`,
    beside: `before: ${before.handles} and ${before.underWay}`,
    figures: `before ${before.handles} and ${before.underWay}, after ${after.handles} and ${after.underWay}`,
    ratio: `${after.handles - before.handles} more`,
    marks: [{ wanted: `flat (≤ ${HANDLE_SLACK} more, 0 under way)`, met }],
  };
}

/** The least of each third: between two collections of garbage memory grows on any day. */
function reportMemory(samples: readonly number[]): Finding {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const [first, last] = [summarize(samples.slice(0, third)), summarize(samples.slice(-third))];
  const grown = last.min - first.min;
  return {
    what: 'memory in the last third of the time (PSS)',
    ours: `${last.min.toFixed(1)} MB`,
    beside: `in the first third: ${first.min.toFixed(1)} MB`,
    figures: `first third ${renderSummary(first, 'MB')}, last third ${renderSummary(last, 'MB')}`,
    ratio: `${grown.toFixed(1)} MB more`,
    marks: [{ wanted: `flat (≤ ${MEMORY_SLACK_MB} MB more)`, met: grown <= MEMORY_SLACK_MB }],
  };
}

function reportPages({ pages, failures }: RudeVisitors): Finding {
  const shown = failures.slice(0, 5).map((failure) => `\n      ${failure}`);
  return {
    what: 'failed requests of those who waited meanwhile',
    ours: String(failures.length),
    beside: `${pages.toLocaleString('en')} that were answered`,
    figures: `${failures.length} failed, ${pages.toLocaleString('en')} answered${shown.join('')}`,
    ratio: `${failures.length} of ${(pages + failures.length).toLocaleString('en')}`,
    marks: [{ wanted: '0', met: failures.length === 0 }],
  };
}

if (import.meta.main) await presentEdge([soak]);
