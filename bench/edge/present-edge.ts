import { installMissing } from '../../scripts/install-missing.ts';
import { type Finding, renderFinding } from '../measure/finding.ts';
import type { EdgeBenchmark, EdgePlan } from './plan.ts';

const TOOLS = ['nginx', 'haproxy', 'caddy', 'wrk', 'openssl'] as const;
const usualPlan: Omit<EdgePlan, 'say'> = { rounds: 5, seconds: 2, minutes: 1 };

/** Runs the parts one after the other and tells what was found. */
export async function presentEdge(parts: readonly EdgeBenchmark[], wish: Partial<EdgePlan> = {}): Promise<Finding[]> {
  installMissing(TOOLS);
  const plan = { ...usualPlan, say: (line: string) => console.log(`  … ${line}`), ...wish };
  const found: Finding[] = [];
  for (const { name, run } of parts) {
    console.log(`\n${name}`);
    const findings = await run(plan);
    for (const finding of findings) console.log(renderFinding(finding));
    found.push(...findings);
  }
  return found;
}
