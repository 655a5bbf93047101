import { parseArgs } from 'node:util';
import { ENGINE_TOOLS, installMissing } from '../scripts/install-missing.ts';
import { batch } from './batch.ts';
import { deploy } from './deploy.ts';
import { dialectParts } from './dialects/parts.ts';
import { edgeParts } from './edge/parts.ts';
import { presentEdge } from './edge/present-edge.ts';
import { idle } from './idle.ts';
import { list } from './list.ts';
import { type Finding, renderTable } from './measure/finding.ts';
import { redeployLoad } from './redeploy-load.ts';
import { type Benchmark, present } from './stage/benchmark.ts';
import { start } from './start.ts';
import { stats } from './stats.ts';
import { uptime } from './uptime.ts';

const LEAST_ROUNDS = 5;
const USUAL_ROUNDS = 7;
const benchmarks: readonly Benchmark[] = [
  deploy,
  list,
  idle,
  start,
  batch,
  redeployLoad,
  uptime,
  stats,
  ...dialectParts,
];
const names = [...benchmarks, ...edgeParts].map(({ name }) => name);
const groups = names.filter((name) => name.includes(':')).map(groupOf);
const usage = `Usage: npm run bench -- [--rounds N] [--minutes N] [NAME …]

Names: ${names.join(', ')}; ${[...new Set(groups)].join(' or ')} for all of its parts; all there are unless said.
At least ${LEAST_ROUNDS} rounds. Minutes are those of edge:soak: 1 unless said.`;

process.exitCode = await run();

interface Choice {
  readonly onEngine: readonly Benchmark[];
  readonly ofEdge: typeof edgeParts;
  readonly rounds: number;
  readonly minutes: number;
}

/** Prints the findings and then the rows for the table of the README; the result is the exit code. */
async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      rounds: { type: 'string', default: String(USUAL_ROUNDS) },
      minutes: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  });
  const choice = choose(positionals, Number(values.rounds), Number(values.minutes));
  if (values.help === true || choice === undefined) {
    console.log(usage);
    return values.help === true ? 0 : 2;
  }
  console.log(`\n${renderTable(await measure(choice))}`);
  return 0;
}

/** Undefined when something is not understood. */
function choose(wanted: readonly string[], rounds: number, minutes: number): Choice | undefined {
  const isKnown = wanted.every((name) => [...groups, ...names].includes(name));
  const isClear = Number.isSafeInteger(rounds) && rounds >= LEAST_ROUNDS && minutes > 0;
  if (!isKnown || !isClear) return undefined;
  const isWanted = ({ name }: { readonly name: string }) =>
    wanted.length === 0 || wanted.includes(name) || wanted.includes(groupOf(name));
  return {
    onEngine: benchmarks.filter(isWanted),
    ofEdge: edgeParts.filter(isWanted),
    rounds,
    minutes,
  };
}

/** What stands before the colon of a part's name. */
function groupOf(name: string): string {
  return name.split(':')[0] ?? name;
}

async function measure({ onEngine, ofEdge, rounds, minutes }: Choice): Promise<Finding[]> {
  const found: Finding[] = [];
  if (onEngine.length > 0) {
    installMissing([...ENGINE_TOOLS, 'docker-registry', 'static busybox']);
    found.push(...(await present(onEngine, { rounds })));
  }
  if (ofEdge.length > 0) found.push(...(await presentEdge(ofEdge, { rounds, minutes })));
  return found;
}
