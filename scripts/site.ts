import { askEngine, callEngine } from './engine-call.ts';

/** How many of each kind were removed. */
export interface SiteCount {
  readonly containers: number;
  readonly networks: number;
  readonly volumes: number;
  readonly images: number;
}

/** Removes from an engine everything one installation of Berth has made, data in volumes included: nothing else. */
export async function removeSite(engine: string, site: string): Promise<SiteCount> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`berth.site=${site}`] }));
  const containers = await removeEach(engine, {
    list: `GET /containers/json?all=1&filters=${filters}`,
    remove: (id) => `DELETE /containers/${id}?force=1&v=1`,
  });
  const [networks, volumes, images] = await Promise.all([
    removeEach(engine, { list: `GET /networks?filters=${filters}`, remove: (id) => `DELETE /networks/${id}` }),
    removeEach(engine, { list: `GET /volumes?filters=${filters}`, remove: (id) => `DELETE /volumes/${id}` }),
    removeEach(engine, { list: `GET /images/json?filters=${filters}`, remove: (id) => `DELETE /images/${id}?force=1` }),
  ]);
  return { containers, networks, volumes, images };
}

type Found = { readonly Id?: string; readonly Name?: string };

interface Removal {
  readonly list: string;
  readonly remove: (id: string) => string;
}

async function removeEach(engine: string, { list, remove }: Removal): Promise<number> {
  const answer = await askEngine<Found[] | { readonly Volumes: Found[] | null }>(engine, list);
  const found = Array.isArray(answer) ? answer : (answer.Volumes ?? []);
  const answers = await Promise.all(found.map(({ Id, Name = '' }) => callEngine(engine, remove(Id ?? Name))));
  const failure = answers.find(({ status }) => status >= 400 && status !== 404);
  if (failure !== undefined) throw new Error(`The engine kept something of Berth: ${failure.text.trim()}`);
  return found.length;
}
