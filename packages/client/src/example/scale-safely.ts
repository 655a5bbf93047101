import type { Client } from '../generated/client/index.ts';
import { getApp, scaleApp } from '../generated/sdk.gen.ts';

/** Adds one instance, unless somebody else changes the app meanwhile: then it reads the app again and repeats. */
export async function addInstance(client: Client, name: string): Promise<number> {
  for (;;) {
    const { data: app } = await getApp({ client, path: { name }, throwOnError: true });
    const replicas = app.replicas + 1;
    const headers = { 'If-Match': `"${app.version}"` };
    const { error } = await scaleApp({ client, path: { name }, body: { replicas }, headers });
    if (error === undefined) return replicas;
    if (error.code !== 'precondition-failed') throw new Error(error.detail);
  }
}
