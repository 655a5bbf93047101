import type { AppSpec } from '@berth/spec/app-spec';
import type { App, Release, Revision } from './app.ts';
import type { ContainerPort, ContainerRequest } from './container.ts';
import { instanceLabels, instanceName } from './label.ts';

export interface Placement {
  readonly site: string;
  readonly revision: Revision;
  readonly slot: number;
  /** Host address at which to publish the served port; null when the container's own address is reached. */
  readonly publishAt: string | null;
  readonly log: { readonly maxSizeBytes: number; readonly maxFiles: number };
}

/** The container of one slot of a release whose image is known. Deterministic: the same wish gives the same request. */
export function containerRequest(app: App, release: Release, placement: Placement): ContainerRequest {
  const { spec } = release;
  const { site, revision, slot } = placement;
  const labels = instanceLabels(app, release, { site, generation: revision.generation, slot });
  return {
    name: instanceName(labels),
    image: release.imageId ?? spec.image,
    labels,
    env: spec.env,
    stopGraceSeconds: spec.stopGraceSeconds,
    ports: containerPorts(release, placement.publishAt),
    network: { name: networkName(site, app.owner), aliases: [app.name] },
    volumes: spec.volumes.map((mount) => ({
      volume: volumeName(site, app.name, mount.name),
      path: mount.path,
      readOnly: mount.readOnly,
    })),
    tmpfs: spec.tmpfs.map((mount) => ({ path: mount.path, ...optional({ sizeBytes: mount.sizeBytes }) })),
    limits: {
      pids: spec.pidsLimit,
      ...optional({
        cpus: spec.cpus,
        memoryBytes: spec.memoryBytes,
        memoryReservationBytes: spec.memoryReservationBytes,
      }),
    },
    readOnlyRoot: spec.readOnlyRoot,
    noNewPrivileges: true,
    log: placement.log,
    ...processOf(spec),
  };
}

function processOf(spec: AppSpec) {
  const { command, entrypoint, user, workingDirectory, stopSignal, privileges } = spec;
  return optional({
    command,
    entrypoint,
    user,
    workingDirectory,
    stopSignal,
    privileges: privileges && optional(privileges),
  });
}

function containerPorts(release: Release, publishAt: string | null): ContainerPort[] {
  const { servedPort: served, spec } = release;
  const listed = (spec.ports ?? []).map(({ containerPort, protocol }) => ({ containerPort, protocol }));
  const isServed = (port: { containerPort: number; protocol: string }) =>
    port.containerPort === served && port.protocol === 'tcp';
  const all =
    served === null || listed.some(isServed)
      ? listed
      : [...listed, { containerPort: served, protocol: 'tcp' as const }];
  if (publishAt === null) return all;
  return all.map((port) => (isServed(port) ? { ...port, publish: { hostAddress: publishAt, hostPort: 0 } } : port));
}

export function networkName(site: string, owner: string): string {
  return `${site}-net-${owner}`;
}

export function volumeName(site: string, app: string, volume: string): string {
  return `${site}-vol-${app}.${volume}`;
}

/**
 * The port that the URL reaches: the one marked, else the only tcp one, else the only one that the image exposes (the
 * lowest when there are several), else none.
 */
export function servedPort(
  spec: AppSpec,
  exposed: readonly { containerPort: number; protocol: 'tcp' | 'udp' }[],
): number | null {
  const marked = spec.ports?.find((port) => port.served === true);
  if (marked !== undefined) return marked.containerPort;
  const candidates = (spec.ports ?? exposed).filter(
    (port) => port.protocol === 'tcp' && (!('served' in port) || port.served !== false),
  );
  return candidates.map((port) => port.containerPort).toSorted((one, other) => one - other)[0] ?? null;
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function optional<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
