const graceMs = 100;

/**
 * The same items, once they have begun well: an error that comes before anything else, such as a refusal, is thrown here,
 * while the answer can still be a problem. Items that take their time count as begun.
 */
export async function begun<Item>(items: AsyncIterable<Item>): Promise<AsyncIterator<Item>> {
  const iterator = items[Symbol.asyncIterator]();
  const first = iterator.next();
  await Promise.race([first, grace()]);
  first.catch(() => {});
  let head: Promise<IteratorResult<Item>> | undefined = first;
  return {
    next: () => {
      const next = head ?? iterator.next();
      head = undefined;
      return next;
    },
    return: () => iterator.return?.() ?? Promise.resolve({ done: true, value: undefined }),
  };
}

function grace(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, graceMs).unref();
  return promise;
}
