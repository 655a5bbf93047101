import { AppLife } from '@berth/spec/app-life';
import { AppRoute, DomainRoute, MaintenanceMessage } from '@berth/spec/app-route';
import { AppSpec } from '@berth/spec/app-spec';
import { DesiredState } from '@berth/spec/app';
import { SpawnOrigin } from '@berth/spec/spawn';
import { z } from 'zod';
import type { App, Release } from './app.ts';
import type { Container } from './container.ts';
import { type Address, type Instance, newWatch } from './instance.ts';

/**
 * What Berth writes on everything it makes in an engine. From these labels alone apps, owners, domains and releases
 * can be rebuilt, so a name here is never given another meaning.
 */
export const label = {
  site: 'berth.site',
  app: 'berth.app',
  appId: 'berth.app-id',
  owner: 'berth.owner',
  release: 'berth.release',
  generation: 'berth.generation',
  slot: 'berth.slot',
  port: 'berth.port',
  spec: 'berth.spec',
  record: 'berth.record',
  volume: 'berth.volume',
} as const;

/** True for the labels that Berth writes by itself, now or in some other version. */
export function isOwnLabel(name: string): boolean {
  return name.startsWith('berth.');
}

/** The labels of one instance's container, the user's own ones included. */
export function instanceLabels(
  app: App,
  release: Release,
  place: { site: string; generation: number; slot: number },
): Record<string, string> {
  return {
    ...release.spec.labels,
    [label.site]: place.site,
    [label.app]: app.name,
    [label.appId]: app.id,
    [label.owner]: app.owner,
    [label.release]: String(release.number),
    [label.generation]: String(place.generation),
    [label.slot]: String(place.slot),
    // Always there, because a container also gets its image's labels.
    [label.port]: String(release.servedPort ?? ''),
    [label.spec]: renderSpec(release),
    [label.record]: renderRecord(app),
  };
}

/** What is in files is left out: it lies in the container, and a label is listed over and over. */
function renderSpec(release: Release): string {
  const files = release.spec.files.map((file) =>
    file.upload === undefined ? { ...file, content: '', encoding: 'utf8' as const } : file,
  );
  return JSON.stringify({ ...release.spec, files });
}

export function parseSpec(text: string | undefined): AppSpec | undefined {
  const parsed = AppSpec.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

/** What of an app is not in its containers' states. Older Berths wrote less. */
const AppRecord = z.object({
  version: z.int(),
  desired: DesiredState,
  desiredSince: z.int().optional(),
  replicas: z.int(),
  domains: z.array(DomainRoute),
  route: AppRoute.default({}),
  life: AppLife.default({}),
  spawn: SpawnOrigin.nullable().default(null),
  maintenance: MaintenanceMessage.nullable().default(null),
  createdAt: z.int(),
});

export type AppRecord = z.output<typeof AppRecord>;

export function renderRecord(app: App): string {
  const record: AppRecord = {
    version: app.version,
    desired: app.desired,
    desiredSince: app.desiredSince,
    replicas: app.replicas,
    domains: [...app.domains],
    route: app.route,
    life: app.life,
    spawn: app.spawn,
    maintenance: app.maintenance,
    createdAt: app.createdAt,
  };
  return JSON.stringify(record);
}

export function parseRecord(text: string | undefined): AppRecord | undefined {
  const parsed = AppRecord.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

/** The name of the container whose labels these are. */
export function instanceName(labels: Readonly<Record<string, string>>): string {
  const place = `r${labels[label.release]}.${labels[label.generation]}-${labels[label.slot]}`;
  return `${labels[label.site]}-${labels[label.app]}-${place}`;
}

/** Labels alone are no proof: a container that somebody starts from an image of one of ours inherits them, but not its name. */
export function isInstance(container: Pick<Container, 'name' | 'labels'>): boolean {
  return container.name === instanceName(container.labels);
}

/** The instance that a container is, or undefined when its labels and name do not say so. */
export function parseInstance(container: Container, address: Address | null): Instance | undefined {
  if (!isInstance(container)) return undefined;
  const { labels } = container;
  const [release, generation, slot] = [label.release, label.generation, label.slot].map((name) => Number(labels[name]));
  const appId = labels[label.appId];
  if (appId === undefined || ![release, generation, slot].every(Number.isSafeInteger)) return undefined;
  return {
    id: container.id,
    appId,
    release: release as number,
    generation: generation as number,
    slot: slot as number,
    state: container.state,
    createdAt: container.createdAt,
    startedAt: container.startedAt,
    finishedAt: container.finishedAt,
    exitCode: container.exitCode,
    outOfMemory: container.outOfMemory,
    error: container.error,
    address,
    published: container.published,
    watch: newWatch,
  };
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
