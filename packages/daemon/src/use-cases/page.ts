import { fieldProblem } from '@berth/spec/problem';

/** A part of a list. `next` is the cursor of the part behind it, null at the end. */
export interface Page<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

/** The key of a page's last item, made opaque: what it holds may change, so nobody should read it. */
export function renderCursor(key: string): string {
  return Buffer.from(key).toString('base64url');
}

/** The key in a cursor; undefined without one. */
export function parseCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const key = Buffer.from(cursor, 'base64url').toString();
  if (key === '' || renderCursor(key) !== cursor)
    throw fieldProblem('cursor', 'is not a cursor that Berth gave; leave it away to start at the beginning');
  return key;
}

/** Cuts the page out of what was found behind its cursor. `found` holds one more than `limit` when there is more. */
export function cutPage<Item>(found: readonly Item[], limit: number, keyOf: (item: Item) => string): Page<Item> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? renderCursor(keyOf(last)) : null };
}
