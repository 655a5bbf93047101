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
  /** Host address at which to publish what the spec wishes to be published; null where the policy lets nothing be. */
  readonly publicAt: string | null;
  /** What the image exposes; asked for only where the spec publishes that. */
  readonly exposed: readonly BarePort[];
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
    ports: containerPorts(release, placement),
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

type BarePort = Pick<ContainerPort, 'containerPort' | 'protocol'>;

/** One port twice is published at two addresses: for the edge, and as the spec wishes. */
function containerPorts({ servedPort: port, spec }: Release, placement: Placement): ContainerPort[] {
  const served: BarePort[] = port === null ? [] : [{ containerPort: port, protocol: 'tcp' }];
  const wished = wishedPorts(spec, placement);
  const listed: ContainerPort[] = [...wished, ...served.filter((bare) => !wished.some((one) => isSamePort(one, bare)))];
  const { publishAt } = placement;
  if (publishAt === null) return listed;
  const forEdge = served.map((bare): ContainerPort => ({ ...bare, publish: { hostAddress: publishAt, hostPort: 0 } }));
  const isForEdge = (given: ContainerPort): boolean => forEdge.some((one) => isSamePort(one, given));
  const isReached = listed.some((one) => isForEdge(one) && one.publish?.hostAddress === publishAt);
  if (isReached) return listed;
  return [...listed.filter((one) => one.publish !== undefined || !isForEdge(one)), ...forEdge];
}

/** What the spec lists, and what the image exposes where that is to be published too. */
function wishedPorts(spec: AppSpec, { publicAt, exposed }: Placement): ContainerPort[] {
  const publish = (hostPort = 0) => (publicAt === null ? {} : { publish: { hostAddress: publicAt, hostPort } });
  const listed = (spec.ports ?? []).map(
    ({ containerPort, protocol, published }): ContainerPort => ({
      containerPort,
      protocol,
      ...(published === undefined ? {} : publish(published.hostPort)),
    }),
  );
  const more = exposed.filter((port) => !listed.some((one) => isSamePort(one, port)));
  return spec.publishExposed === true
    ? [...listed, ...more.map(({ containerPort, protocol }) => ({ containerPort, protocol, ...publish() }))]
    : listed;
}

function isSamePort(one: BarePort, other: BarePort): boolean {
  return one.containerPort === other.containerPort && one.protocol === other.protocol;
}

export function networkName(site: string, owner: string): string {
  return `${site}-net-${owner}`;
}

export function volumeName(site: string, app: string, volume: string): string {
  return `${site}-vol-${app}.${volume}`;
}

/**
 * The port that the URL reaches: the one marked, else the only tcp one, else the usual one where the image exposes it or
 * none, else the only one that the image exposes (the lowest when there are several), else none.
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
  const ports = candidates.map((port) => port.containerPort).toSorted((one, other) => one - other);
  const isUsual = spec.ports === undefined && (ports.length === 0 || ports.includes(spec.usualPort ?? 0));
  return (isUsual ? spec.usualPort : undefined) ?? ports[0] ?? null;
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function optional<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
