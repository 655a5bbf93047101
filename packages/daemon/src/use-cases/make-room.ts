import { fieldProblem, Problem } from '@berth/spec/problem';
import type { App, Release } from '../core/app.ts';
import type { Books } from '../core/books.ts';
import { planRoom } from '../core/memory-budget.ts';
import type { Context } from './context.ts';

/** The apps that are stopped so that this one fits into its budget, as they are wished for then. */
export function evictFor(
  context: Context,
  books: Readonly<Books>,
  { app, release }: { readonly app: App; readonly release?: Release | undefined },
): readonly App[] {
  const { budget } = app.life;
  if (budget === undefined) return [];
  const { budgets } = context.policy;
  const known = Object.hasOwn(budgets, budget) ? budgets[budget] : undefined;
  if (known === undefined || known.owners?.includes(app.owner) === false)
    throw fieldProblem(
      'life.budget',
      `"${app.owner}" has no budget "${budget}"; the settings name them as budgets.<name>`,
    );
  const { memoryBytes } = known;
  const lastUseOf = (one: App): number | null => context.use.lastUseOf(one);
  const victims = planRoom(books, { app, release, memoryBytes, lastUseOf });
  if (victims !== null) return victims;
  const detail = `"${app.name}" alone needs more memory than the ${memoryBytes} bytes of the budget "${budget}"; let it reserve less.`;
  throw new Problem('policy-refused', detail, { facts: { app: app.name } });
}

/** Asks the edge who is used now, where a budget may have to know it; an edge that is away does not hold anything up. */
export async function refreshUse({ policy, use }: Context): Promise<void> {
  if (Object.keys(policy.budgets).length > 0) await use.refresh().catch(() => undefined);
}
