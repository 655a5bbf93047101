import { fieldProblem } from '@berth/spec/problem';
import { z } from 'zod';

/** The query of every list that comes in pages. */
export const pagingFields = {
  limit: z.int().min(1).max(1000).default(100).describe('At most so many items.'),
  cursor: z.string().min(1).max(512).optional().describe('The `next` of the page before.'),
};

export const PagingQuery = z.strictObject(pagingFields);

/** A list that is whole. */
export function wholePage<Item>(items: readonly Item[]): { items: Item[]; next: null } {
  return { items: [...items], next: null };
}

/** The number that a cursor holds; undefined without a cursor. */
export function numberCursor(key: string | undefined): number | undefined {
  if (key === undefined || /^\d{1,15}$/.test(key)) return key === undefined ? undefined : Number(key);
  throw fieldProblem('cursor', 'is not a cursor of this list; leave it away to start at the beginning');
}
