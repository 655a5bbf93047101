import type { Operation } from '@berth/spec/operation';
import type { Column } from '../output/table.ts';
import { printable } from '../output/text-width.ts';
import { renderAge } from './duration.ts';
import { renderState } from './state.ts';

/** The columns of a table of operations. */
export function operationColumns(now: number): readonly Column<Operation>[] {
  return [
    { head: 'OPERATION', cell: ({ id }) => id },
    { head: 'APP', cell: ({ app }, paint) => paint('strong', app) },
    { head: 'KIND', cell: ({ kind }) => kind },
    {
      head: 'STATE',
      cell: ({ state }, paint) => (state === 'running' ? paint('warn', state) : renderState(state, paint)),
    },
    { head: 'BY', cell: ({ actor }) => actor },
    { head: 'AGE', cell: ({ createdAt }) => renderAge(createdAt, now), side: 'right' },
    { head: 'DETAIL', cell: ({ problem, detail }) => printable(problem?.detail ?? detail), mayShrink: true },
  ];
}
