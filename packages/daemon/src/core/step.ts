import type { Revision } from './app.ts';

/** One thing to do now. Steps of one plan do not depend on each other: they may all run at once. */
export type Step =
  | { readonly do: 'resolve'; readonly revision: Revision }
  | { readonly do: 'create'; readonly revision: Revision; readonly slot: number }
  | { readonly do: 'start'; readonly instance: string }
  | { readonly do: 'pause'; readonly instance: string }
  | { readonly do: 'unpause'; readonly instance: string }
  | { readonly do: 'drain'; readonly instance: string; readonly graceMs: number }
  | { readonly do: 'stop'; readonly instance: string; readonly graceSeconds: number }
  | { readonly do: 'kill'; readonly instance: string }
  | { readonly do: 'remove'; readonly instance: string }
  | { readonly do: 'promote'; readonly revision: Revision }
  | { readonly do: 'abandon'; readonly revision: Revision; readonly reason: string; readonly instance: string | null }
  | { readonly do: 'forget' };

/** What to do for one app, which of its instances should take traffic, and when to look again by the clock. */
export interface Plan {
  readonly serve: readonly string[];
  readonly steps: readonly Step[];
  /** Epoch milliseconds; null when only a change makes another look worthwhile. */
  readonly wakeAt: number | null;
}

/** Steps with the same key must not run at the same time. */
export function stepKey(step: Step): string {
  if ('instance' in step && step.do !== 'abandon') return step.instance;
  if (step.do === 'create') return `create ${step.revision.release}.${step.revision.generation}.${step.slot}`;
  return step.do === 'resolve' ? `resolve ${step.revision.release}` : 'app';
}
