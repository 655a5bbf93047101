import { parseArgs } from 'node:util';
import { ENGINE_TOOLS, installMissing } from '../scripts/install-missing.ts';
import { batch } from './batch.ts';
import { deploy } from './deploy.ts';
import { idle } from './idle.ts';
import { list } from './list.ts';
import { renderTable } from './measure/finding.ts';
import { redeployLoad } from './redeploy-load.ts';
import { type Benchmark, present } from './stage/benchmark.ts';
import { start } from './start.ts';
import { uptime } from './uptime.ts';

const LEAST_ROUNDS = 5;
const USUAL_ROUNDS = 7;
const benchmarks: readonly Benchmark[] = [deploy, list, idle, start, batch, redeployLoad, uptime];
const usage = `Usage: npm run bench -- [--rounds N] [NAME …]

Names: ${benchmarks.map(({ name }) => name).join(', ')}; all of them unless said. At least ${LEAST_ROUNDS} rounds.`;

process.exitCode = await run();

/** Prints the findings and then the rows for the table of the README; the result is the exit code. */
async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { rounds: { type: 'string', default: String(USUAL_ROUNDS) }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  const rounds = Number(values.rounds);
  const chosen = benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const isClear = Number.isSafeInteger(rounds) && rounds >= LEAST_ROUNDS && chosen.length > 0;
  if (values.help === true || !isClear || positionals.length > chosen.length) {
    console.log(usage);
    return values.help === true ? 0 : 2;
  }
  installMissing([...ENGINE_TOOLS, 'static busybox']);
  const findings = await present(chosen, { rounds });
  console.log(`\n${renderTable(findings)}`);
  return 0;
}
