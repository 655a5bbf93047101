import { type Finding, renderFinding } from '../measure/finding.ts';
import { onStage, type Stage, type StageOptions } from './stage.ts';

/** One program of the folder: what it measures, in a word, and how. */
export interface Benchmark {
  readonly name: string;
  readonly run: (stage: Stage) => Promise<readonly Finding[]>;
}

/** Runs the benchmarks one after the other on one stage and tells what was found. */
export function present(benchmarks: readonly Benchmark[], options: StageOptions): Promise<Finding[]> {
  return onStage(options, async (stage) => {
    const found: Finding[] = [];
    for (const { name, run } of benchmarks) {
      console.log(`\n${name}`);
      const findings = await run(stage);
      for (const finding of findings) console.log(renderFinding(finding));
      found.push(...findings);
    }
    return found;
  });
}
