import type { ContainerPort, ContainerPrivileges, ContainerRequest } from '../../core/container.ts';

/** The body of `POST /containers/create`. Nothing of the host is given away but by `privileges`. */
export function renderCreateBody(request: ContainerRequest): Readonly<Record<string, unknown>> {
  return {
    Image: request.image,
    Labels: request.labels,
    Env: renderEnv(request.env),
    Cmd: request.command,
    Entrypoint: request.entrypoint,
    User: request.user,
    WorkingDir: request.workingDirectory,
    StopSignal: request.stopSignal,
    StopTimeout: request.stopGraceSeconds,
    ExposedPorts: Object.fromEntries(request.ports.map((port) => [renderPort(port), {}])),
    HostConfig: { ...renderHostConfig(request), ...renderPrivileges(request.privileges ?? {}) },
    NetworkingConfig: renderNetworking(request),
  };
}

/** `NAME=value`, as engines want it. */
export function renderEnv(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}

/** The limits that can change while a container runs. */
export function renderLimits(
  limits: Partial<ContainerRequest['limits']>,
): Readonly<Record<string, number | undefined>> {
  return {
    NanoCpus: limits.cpus === undefined ? undefined : Math.round(limits.cpus * 1e9),
    Memory: limits.memoryBytes,
    MemoryReservation: limits.memoryReservationBytes,
    PidsLimit: limits.pids,
  };
}

function renderHostConfig(request: ContainerRequest): Readonly<Record<string, unknown>> {
  const { readOnlyRoot, noNewPrivileges, log, tmpfs, ports, network } = request;
  return {
    ...renderLimits(request.limits),
    ReadonlyRootfs: readOnlyRoot,
    SecurityOpt: noNewPrivileges ? ['no-new-privileges:true'] : [],
    LogConfig: {
      Type: 'json-file',
      Config: { 'max-size': String(log.maxSizeBytes), 'max-file': String(log.maxFiles) },
    },
    Tmpfs: Object.fromEntries(
      tmpfs.map(({ path, sizeBytes }) => [path, sizeBytes === undefined ? '' : `size=${sizeBytes}`]),
    ),
    Mounts: renderMounts(request),
    PortBindings: renderBindings(ports),
    RestartPolicy: { Name: 'no' },
    ...(network && { NetworkMode: network.name }),
  };
}

/** A bind mount of this kind fails when its source is missing; the older `Binds` makes a folder there, as root. */
function renderMounts({ volumes, privileges }: ContainerRequest): Readonly<Record<string, unknown>>[] {
  const named = volumes.map(({ volume, path, readOnly }) => ({
    Type: 'volume',
    Source: volume,
    Target: path,
    ReadOnly: readOnly,
    VolumeOptions: { NoCopy: false },
  }));
  const ofHost = privileges?.hostMounts ?? [];
  return [
    ...named,
    ...ofHost.map(({ source, path, readOnly }) => ({ Type: 'bind', Source: source, Target: path, ReadOnly: readOnly })),
  ];
}

/** A port that is listed twice is published twice. */
function renderBindings(ports: readonly ContainerPort[]): Readonly<Record<string, readonly unknown[]>> {
  const bindings: Record<string, unknown[]> = {};
  for (const port of ports) {
    if (port.publish === undefined) continue;
    const { hostAddress, hostPort } = port.publish;
    (bindings[renderPort(port)] ??= []).push({ HostIp: hostAddress, HostPort: hostPort === 0 ? '' : String(hostPort) });
  }
  return bindings;
}

function renderPrivileges(privileges: ContainerPrivileges): Readonly<Record<string, unknown>> {
  return {
    Privileged: privileges.privileged ?? false,
    CapAdd: privileges.capabilities ?? [],
    Devices: (privileges.devices ?? []).map(renderDevice),
    ...(privileges.hostPid && { PidMode: 'host' }),
    ...(privileges.hostNetwork && { NetworkMode: 'host' }),
  };
}

/** `/dev/x`, `/dev/x:/dev/y` or `/dev/x:/dev/y:rw`. */
function renderDevice(device: string): Readonly<Record<string, string>> {
  const [source = '', path = source, permissions = 'rwm'] = device.split(':');
  return { PathOnHost: source, PathInContainer: path, CgroupPermissions: permissions };
}

function renderNetworking({ network, privileges }: ContainerRequest): Readonly<Record<string, unknown>> | undefined {
  if (network === undefined || privileges?.hostNetwork) return undefined;
  return { EndpointsConfig: { [network.name]: { Aliases: network.aliases } } };
}

function renderPort({ containerPort, protocol }: ContainerPort): string {
  return `${containerPort}/${protocol}`;
}
