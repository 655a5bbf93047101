import { type LoadPlan, type LoadResult, measureLoad } from '../load/measure-load.ts';
import { compare, type Finding } from '../measure/finding.ts';
import { renderSummary, summarize } from '../measure/summary.ts';
import { takeTurns } from '../measure/turn.ts';
import type { EngineWatch } from '../stage/engine-watch.ts';
import type { Stage } from '../stage/stage.ts';

const MARK_PER_SECOND = 10_000;
/** Whether the engine is part of a swarm no event tells: readers who have to know share an answer for half a second. */
const MODE_CALL = /^GET \S*\/swarm$/;

/** A question that a program of Berth's answers on one core. */
export interface Read {
  readonly what: string;
  readonly plan: LoadPlan;
  /** How many answers are wanted in a second: as many as of a list unless said. */
  readonly leastPerSecond?: number;
  /** For what is not told from memory alone: makes the engine's part ready, and calls to the engine are then no fault. */
  readonly prepare?: () => Promise<unknown>;
}

export interface ReadRace {
  readonly reads: readonly Read[];
  readonly watch: EngineWatch;
  /** How many the engine has. */
  readonly containers: number;
}

/** What each answer costs, beside the engine's own list of the same containers. */
export async function raceReads(stage: Stage, { reads, watch, containers }: ReadRace): Promise<Finding[]> {
  const engineCalls: (readonly string[])[] = [];
  const ask = (read: Read) => async () => {
    await read.prepare?.();
    const before = watch.calls.length;
    const result = await measureLoad(read.plan);
    if (read.prepare === undefined) engineCalls.push(watch.calls.slice(before).map(({ line }) => line));
    return result;
  };
  const contestants: Readonly<Record<string, () => Promise<LoadResult>>> = {
    ...Object.fromEntries(reads.map((read, index) => [`read ${index}`, ask(read)])),
    engine: () => measureLoad(planEngine(stage)),
  };
  const { engine = [], ...ours } = await takeTurns(contestants, stage);
  stage.say(renderCalls(engineCalls, containers));
  const theirs = { name: `bare engine’s list of the same ${containers} containers`, results: engine };
  return reads.map((read, index) => report(read, ours[`read ${index}`] ?? [], theirs));
}

function planEngine({ bare, engine }: Stage): LoadPlan {
  const list = Buffer.from('GET /containers/json HTTP/1.1\r\nHost: docker\r\n\r\n');
  return { target: { path: bare.socket }, pid: engine.pid(), requests: [list] };
}

interface Theirs {
  readonly name: string;
  readonly results: readonly LoadResult[];
}

function report({ what, leastPerSecond: least = MARK_PER_SECOND }: Read, ours: readonly LoadResult[], theirs: Theirs) {
  const perSecond = (results: readonly LoadResult[]) => results.map((result) => result.perSecond);
  const renderCost = (results: readonly LoadResult[]) =>
    renderSummary(summarize(results.map(({ cpuMicros }) => cpuMicros)), 'µs of CPU each');
  const finding = compare({
    what,
    ours: { name: 'Berth', samples: perSecond(ours) },
    theirs: { name: theirs.name, samples: perSecond(theirs.results) },
    unit: 'req/s',
  });
  const mark = { wanted: `≥ ${least.toLocaleString('en')} req/s`, met: summarize(perSecond(ours)).median >= least };
  const costs = `Berth ${renderCost(ours)}, the engine ${renderCost(theirs.results)}`;
  return { ...finding, figures: `${finding.figures}; ${costs}`, marks: [mark] } satisfies Finding;
}

/** Throws when reading asks the engine: what remains is the comparison that goes on without any reader. */
function renderCalls(windows: readonly (readonly string[])[], containers: number): string {
  // Every half minute Berth compares its picture with the engine: what it is, by two calls, one list, and one look at each container.
  const resyncCalls = 3 + containers;
  const calls = windows.map((lines) => lines.filter((line) => !MODE_CALL.test(line)).length);
  const quiet = calls.filter((count) => count === 0).length;
  const most = Math.max(...calls);
  if (quiet === 0 || most > resyncCalls)
    throw new Error(`Reads asked the engine: ${calls.join(', ')} calls in the windows: ${tally(windows.flat())}.`);
  const modeCalls = Math.max(...windows.map((lines) => lines.filter((line) => MODE_CALL.test(line)).length));
  const modes = modeCalls === 0 ? '' : `; for its mode, ${modeCalls} times at most in a window`;
  return `the engine was not asked in ${quiet} of ${calls.length} windows; in the others, ${most} calls at most, for the regular comparison${modes}`;
}

/** How often each kind of call was made. */
function tally(lines: readonly string[]): string {
  const kinds = Map.groupBy(lines, (line) => line.replace(/[0-9a-f]{64}/g, '…'));
  return [...kinds].map(([line, all]) => `${all.length} × ${line}`).join(', ');
}
