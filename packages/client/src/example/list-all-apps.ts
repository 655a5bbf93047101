import type { Client } from '../generated/client/index.ts';
import { listApps } from '../generated/sdk.gen.ts';
import type { App } from '../generated/types.gen.ts';

/** Every app there is, page by page. */
export async function* listAllApps(client: Client): AsyncGenerator<App, void> {
  let cursor: string | null | undefined;
  do {
    const query = { limit: 100, ...(typeof cursor === 'string' ? { cursor } : {}) };
    const { data: page } = await listApps({ client, query, throwOnError: true });
    yield* page.items;
    cursor = page.next;
  } while (cursor !== null);
}
