import { buildSampleImage, SAMPLE_IMAGE } from './sample-image.ts';

/** How to speak to the daemon. */
export interface Api {
  readonly url: string;
  readonly token: string;
}

interface App {
  readonly name: string;
  readonly url: string | null;
}

const NAME = 'hello';

/** Deploys the sample when there is no app yet; returns the app to show, the sample if it is there. */
export async function ensureSampleApp(api: Api, engine: string): Promise<App | undefined> {
  if ((await listApps(api)).length === 0) await deploySample(api, engine);
  const apps = await listApps(api);
  return apps.find(({ name }) => name === NAME) ?? apps[0];
}

async function deploySample(api: Api, engine: string): Promise<void> {
  console.log('Berth: there is no app yet: deploying a sample …');
  await buildSampleImage(engine);
  const body = JSON.stringify({ image: SAMPLE_IMAGE, pull: 'never' });
  await call(api, `/v1/apps/${NAME}?wait=60s`, { method: 'PUT', body });
}

async function listApps(api: Api): Promise<readonly App[]> {
  const { items } = (await call(api, '/v1/apps', {})) as { readonly items: readonly App[] };
  return items;
}

async function call({ url, token }: Api, path: string, init: RequestInit): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, { ...init, headers });
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  const { detail = response.statusText } = answer as { readonly detail?: string };
  throw new Error(detail);
}
