import type { App, Release, Revision } from './app.ts';
import type { Container } from './container.ts';
import { type AppRecord, label, parseRecord, parseSpec } from './label.ts';

/** What an app's labels say of it, wherever they stood. */
export interface Rebuilt {
  readonly app: App;
  readonly releases: readonly Release[];
}

/** Something labelled: a container, or the record volume of an app. */
export type Labelled = Pick<Container, 'labels'> & Partial<Pick<Container, 'state' | 'imageId' | 'createdAt'>>;

/** Rebuilds every app that the labels tell of. Of several records of an app the one with the highest version counts. */
export function rebuildApps(engine: string, labelled: readonly Labelled[]): Rebuilt[] {
  const groups = Map.groupBy(labelled, (one) => one.labels[label.appId] ?? '');
  groups.delete('');
  return [...groups].flatMap(([id, group]) => rebuildApp({ engine, id }, group));
}

function rebuildApp(place: { engine: string; id: string }, group: readonly Labelled[]): Rebuilt[] {
  const record = newest(group.flatMap((one) => parseRecord(one.labels[label.record]) ?? []));
  const name = group.map((one) => one.labels[label.app]).find((text) => text !== undefined);
  const owner = group.map((one) => one.labels[label.owner]).find((text) => text !== undefined);
  const releases = rebuildReleases(place.id, group, owner ?? '');
  const serving = servingRevision(group);
  if (record === undefined || name === undefined || owner === undefined || serving === null) return [];
  const latest = Math.max(...releases.map((release) => release.number), serving.release);
  const app: App = {
    ...place,
    name,
    owner,
    desired: record.desired,
    desiredSince: record.desiredSince ?? record.createdAt,
    urgent: false,
    removing: null,
    replicas: record.replicas,
    domains: record.domains,
    route: record.route,
    life: record.life,
    spawn: record.spawn,
    maintenance: record.maintenance,
    target: null,
    serving,
    takeover: 'beside',
    failure: null,
    lastRelease: latest,
    lastGeneration: serving.generation,
    version: record.version,
    createdAt: record.createdAt,
    updatedAt: record.createdAt,
  };
  return releases.some((release) => release.number === serving.release)
    ? [{ app, releases: markServing(releases, serving) }]
    : [];
}

function newest(records: readonly AppRecord[]): AppRecord | undefined {
  return records.toSorted((one, other) => other.version - one.version)[0];
}

/** The newest revision that an instance runs; when none runs, the newest that is there. */
function servingRevision(group: readonly Labelled[]): Revision | null {
  const revisions = group.flatMap((one) => {
    const [release, generation] = [Number(one.labels[label.release]), Number(one.labels[label.generation])];
    return Number.isSafeInteger(release) && Number.isSafeInteger(generation)
      ? [{ release, generation, runs: one.state === 'running' || one.state === 'paused' }]
      : [];
  });
  const best = revisions.toSorted(
    (one, other) =>
      Number(other.runs) - Number(one.runs) || other.release - one.release || other.generation - one.generation,
  )[0];
  return best === undefined ? null : { release: best.release, generation: best.generation };
}

function rebuildReleases(appId: string, group: readonly Labelled[], owner: string): Release[] {
  const told = group.flatMap((one) => rebuildRelease(appId, one, owner));
  const byNumber = Map.groupBy(told, (release) => release.number);
  return [...byNumber.values()].flatMap((same) => same.find((release) => release.imageId !== null) ?? same.slice(0, 1));
}

function rebuildRelease(appId: string, one: Labelled, owner: string): Release[] {
  const number = Number(one.labels[label.release]);
  const spec = parseSpec(one.labels[label.spec]);
  if (!Number.isSafeInteger(number) || spec === undefined) return [];
  const port = one.labels[label.port];
  const createdAt = one.createdAt ?? 0;
  const known = {
    imageId: one.imageId ?? null,
    digest: null,
    servedPort: port === undefined || port === '' ? null : Number(port),
  };
  return [
    {
      appId,
      number,
      state: 'superseded',
      spec,
      ...known,
      reason: null,
      createdBy: owner,
      createdAt,
      servingSince: createdAt,
    },
  ];
}

function markServing(releases: readonly Release[], serving: Revision): Release[] {
  return releases.map((release) => (release.number === serving.release ? { ...release, state: 'serving' } : release));
}
