import type { Finding } from '../measure/finding.ts';

/** How long and how often a part of `bench/edge` measures. */
export interface EdgePlan {
  readonly rounds: number;
  /** Of one measurement of one contestant. */
  readonly seconds: number;
  /** Of the soak. */
  readonly minutes: number;
  /** A word about what is going on. */
  readonly say: (line: string) => void;
}

/** One part of what is measured of the edge; all parts need no engine. */
export interface EdgeBenchmark {
  readonly name: `edge:${string}`;
  readonly run: (plan: EdgePlan) => Promise<readonly Finding[]>;
}
