import type { Client } from '../generated/client/index.ts';
import { deployApp, getApp } from '../generated/sdk.gen.ts';

/** Deploys an image, waits until it takes traffic, and gives its URL. */
export async function deployAndWait(client: Client, name: string, image: string): Promise<string | null> {
  const { data: operation, error } = await deployApp({
    client,
    path: { name },
    body: { image },
    query: { wait: '2m' },
  });
  if (error !== undefined) throw new Error(`${name} was not deployed: ${error.detail}`);
  if (operation.state !== 'succeeded') throw new Error(`${name} is still being deployed: ${operation.detail}`);
  const { data: app } = await getApp({ client, path: { name }, throwOnError: true });
  return app.url;
}
