import type { Mount } from '../core/app-route.ts';
import type { MemoryBudget } from '../core/memory-budget.ts';
import type { Settings } from './settings.ts';

const mebibyte = 1024 * 1024;

/** Where the apps of a portal lie, and what memory they share beside the budgets that are said by themselves. */
export function portalPolicyOf({ budgets, dialects: { portal } }: Settings): {
  readonly budgets: Readonly<Record<string, MemoryBudget>>;
  readonly mounts: readonly Mount[];
} {
  if (portal === undefined) return { budgets, mounts: [] };
  const { owner, host = '*', path: pathPrefix, memoryBudgetMb } = portal;
  const own =
    memoryBudgetMb === undefined ? {} : { portal: { memoryBytes: memoryBudgetMb * mebibyte, owners: [owner] } };
  return { budgets: { ...budgets, ...own }, mounts: [{ host, pathPrefix, owner }] };
}
