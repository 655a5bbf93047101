/** One page of a list. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** A list as the API gives it, whole. */
export interface WholeList<Item> {
  readonly items: readonly Item[];
  readonly next: null;
}

/** Reads page after page to the end, or until there are `most` items. */
export async function readAll<Item>(
  read: (cursor: string | undefined) => Promise<Page<Item>>,
  most = Infinity,
): Promise<WholeList<Item>> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && items.length < most);
  return { items: items.slice(0, most), next: null };
}
