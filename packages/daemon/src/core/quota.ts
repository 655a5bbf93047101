import type { AppSpec } from '@berth/spec/app-spec';
import type { Quota, QuotaUse } from '@berth/spec/quota';
import { type App, type Release, wantedRevision } from './app.ts';
import { type Books, releasesOf } from './books.ts';
import { routeKey } from './route-table.ts';

/** What is decided for all users. */
export interface QuotaPolicy {
  readonly perUser: Quota;
  /** The limits of an app that names none, where its owner has a quota for it. */
  readonly appCpus: number;
  readonly appMemoryBytes: number;
}

export const quotaKinds = ['apps', 'replicas', 'cpus', 'memoryBytes', 'domains'] as const satisfies (keyof Quota)[];

export type QuotaKind = (typeof quotaKinds)[number];

export const noQuota: Quota = { apps: null, replicas: null, cpus: null, memoryBytes: null, domains: null };

/** What counts for a user: the own limits, and for the rest those of all. */
export function quotaOf(books: Readonly<Books>, policy: QuotaPolicy, user: string): Quota {
  const own = Object.entries(books.shelves.quota.get(user)?.quota ?? {}).filter(([, limit]) => limit !== undefined);
  return { ...policy.perUser, ...Object.fromEntries(own) };
}

export function isUnlimited(quota: Quota): boolean {
  return quotaKinds.every((kind) => quota[kind] === null);
}

/** An app as it is to be, and the new release that comes with it. */
export interface AppChange {
  readonly app: App;
  readonly release?: Release | undefined;
}

/** What a user's apps come to; with `change`, once that is done. One that is being removed counts no more. */
export function quotaUse(
  books: Readonly<Books>,
  policy: QuotaPolicy,
  { user, change }: { readonly user: string; readonly change?: AppChange },
): QuotaUse {
  const others = [...books.apps.values()].filter(({ owner, id }) => owner === user && id !== change?.app.id);
  const apps = change?.app.owner === user ? [...others, change.app] : others;
  const counted = apps.filter(({ removing }) => removing === null);
  const loads = counted.map((app) => loadOf(app, specOf(books, app, change), policy));
  return {
    apps: counted.length,
    replicas: sum(loads.map(({ replicas }) => replicas)),
    cpus: round(sum(loads.map(({ cpus }) => cpus))),
    memoryBytes: sum(loads.map(({ memoryBytes }) => memoryBytes)),
    domains: new Set(counted.flatMap(({ domains }) => domains.map(routeKey))).size,
  };
}

/** The limits that an app has to have, so that its owner's quota means something. */
export function withUsualLimits(spec: AppSpec, quota: Quota, { appCpus, appMemoryBytes }: QuotaPolicy): AppSpec {
  const { memoryReservationBytes = 0 } = spec;
  return {
    ...spec,
    ...(quota.cpus === null || spec.cpus !== undefined ? {} : { cpus: appCpus }),
    ...(quota.memoryBytes === null || spec.memoryBytes !== undefined
      ? {}
      : { memoryBytes: Math.max(appMemoryBytes, memoryReservationBytes) }),
  };
}

type Load = Pick<QuotaUse, 'replicas' | 'cpus' | 'memoryBytes'>;

const idle: Load = { replicas: 0, cpus: 0, memoryBytes: 0 };

/** What is stopped, or never came up, has no instances. */
function loadOf(app: App, spec: AppSpec | undefined, { appCpus, appMemoryBytes }: QuotaPolicy): Load {
  if (spec === undefined || app.desired === 'stopped') return idle;
  const { replicas } = app;
  const memoryBytes = spec.memoryBytes ?? Math.max(appMemoryBytes, spec.memoryReservationBytes ?? 0);
  return { replicas, cpus: replicas * (spec.cpus ?? appCpus), memoryBytes: replicas * memoryBytes };
}

function specOf(books: Readonly<Books>, app: App, change: AppChange | undefined): AppSpec | undefined {
  const number = wantedRevision(app)?.release;
  if (number === undefined) return undefined;
  const release = change?.release;
  if (release?.appId === app.id && release.number === number) return release.spec;
  return releasesOf(books, app.id).get(number)?.spec;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Sums of tenths are not to be over a limit by what binary fractions add. */
function round(cpus: number): number {
  return Math.round(cpus * 1e6) / 1e6;
}
