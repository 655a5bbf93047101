/** Maps with at most `width` calls under way; keeps the order. The first rejection ends it. */
export async function mapInParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const workers = Array.from({ length: Math.min(width, items.length) }, async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await map(items[index] as Item);
  });
  await Promise.all(workers);
  return results;
}
