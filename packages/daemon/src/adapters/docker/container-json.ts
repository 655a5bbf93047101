import type { InstanceState } from '@berth/spec/instance';
import type { Container, ContainerMount, PublishedPort } from '../../core/container.ts';

/** What Berth reads of `GET /containers/{id}/json`. */
export interface ContainerJson {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly Image: string;
  readonly Path?: string;
  readonly Args?: readonly string[] | null;
  readonly Mounts?: readonly MountJson[] | null;
  readonly Config: {
    readonly Image: string;
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly Tty?: boolean;
  };
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly OOMKilled?: boolean;
    readonly ExitCode: number;
    readonly Error?: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?: { readonly Status?: string } | null;
  };
  readonly HostConfig?: { readonly NetworkMode?: string };
  readonly NetworkSettings: {
    readonly Ports?: Readonly<Record<string, readonly PortBindingJson[] | null>> | null;
    readonly Networks?: Readonly<Record<string, { readonly IPAddress?: string } | null>> | null;
  };
}

interface MountJson {
  readonly Name?: string;
  readonly Source?: string;
  readonly Driver?: string;
}

interface PortBindingJson {
  readonly HostIp?: string;
  readonly HostPort: string;
}

/** Docker's JSON in Berth's words. */
export function parseContainer(json: ContainerJson): Container {
  const state = parseState(json.State);
  const isAlive = state === 'running' || state === 'paused';
  const finishedAt = parseInstant(json.State.FinishedAt);
  return {
    id: json.Id,
    name: json.Name.replace(/^\//, ''),
    image: json.Config.Image,
    imageId: json.Image,
    labels: json.Config.Labels ?? {},
    state,
    createdAt: parseInstant(json.Created) ?? 0,
    startedAt: parseInstant(json.State.StartedAt),
    finishedAt,
    // The engine forgets the code of the last end when it starts a container again.
    exitCode: isAlive || finishedAt === null ? null : json.State.ExitCode,
    outOfMemory: json.State.OOMKilled ?? false,
    error: json.State.Error ?? '',
    address: isAlive ? findAddress(json) : null,
    published: parsePublished(json.NetworkSettings.Ports ?? {}),
    ...parseDetails(json),
  };
}

type ContainerDetails = Pick<Container, 'exposed' | 'command' | 'health' | 'networks' | 'mounts'>;

function parseDetails(json: ContainerJson): ContainerDetails {
  const { Ports, Networks } = json.NetworkSettings;
  return {
    exposed: parseExposed(Ports ?? {}),
    command: renderCommand(json),
    health: parseHealth(json.State.Health?.Status),
    networks: Object.keys(Networks ?? {}).toSorted(),
    mounts: (json.Mounts ?? []).map(parseMount).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

/** Podman has words of its own; they are told by what they amount to. */
const states: Readonly<Record<string, InstanceState>> = {
  created: 'created',
  configured: 'created',
  initialized: 'created',
  running: 'running',
  stopping: 'running',
  paused: 'paused',
  restarting: 'restarting',
  exited: 'exited',
  stopped: 'exited',
  dead: 'dead',
  removing: 'removing',
};

function parseState({ Status, Running }: ContainerJson['State']): InstanceState {
  return states[Status] ?? (Running ? 'running' : 'exited');
}

/** Epoch milliseconds; null for Go's zero time, which stands for never. */
export function parseInstant(text: string | undefined): number | null {
  if (text === undefined || text.startsWith('0001-')) return null;
  const epochMs = Date.parse(text);
  return Number.isNaN(epochMs) ? null : epochMs;
}

/** In the network it was made for, else in the first that gives one. */
function findAddress({ HostConfig, NetworkSettings }: ContainerJson): string | null {
  const networks = NetworkSettings.Networks ?? {};
  const own = networks[HostConfig?.NetworkMode ?? '']?.IPAddress;
  const addresses = [own, ...Object.values(networks).map((network) => network?.IPAddress)];
  return addresses.find(Boolean) ?? null;
}

function parsePublished(ports: Readonly<Record<string, readonly PortBindingJson[] | null>>): PublishedPort[] {
  return Object.entries(ports).flatMap(([key, bindings]) =>
    (bindings ?? []).map(({ HostIp, HostPort }) => ({
      ...parsePort(key),
      hostAddress: HostIp || '0.0.0.0',
      hostPort: Number(HostPort),
    })),
  );
}

function parseExposed(ports: Readonly<Record<string, readonly PortBindingJson[] | null>>): Container['exposed'] {
  return Object.entries(ports).flatMap(([key, bindings]) => (bindings?.length ? [] : [parsePort(key)]));
}

/** As the engine's own list: words with a space in single quotes. */
function renderCommand({ Path = '', Args }: ContainerJson): string {
  return [Path, ...(Args ?? []).map((word) => (word.includes(' ') ? `'${word}'` : word))].join(' ');
}

function parseHealth(status: string | undefined): Container['health'] {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : null;
}

function parseMount({ Name = '', Source = '', Driver }: MountJson): ContainerMount {
  return { name: Name === '' ? Source : Name, isLocalVolume: Driver === 'local' };
}

/** `8080/tcp`; the protocol may be left out. */
export function parsePort(key: string): { readonly containerPort: number; readonly protocol: 'tcp' | 'udp' } {
  const [port, protocol] = key.split('/');
  return { containerPort: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp' };
}
