import type { InstanceState } from '@berth/spec/instance';

/** What to ask an engine for: already validated, engine-neutral, complete. */
export interface ContainerRequest {
  readonly name: string;
  /** Content id, digest reference or tag; the engine must have it. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly stopSignal?: string;
  readonly stopGraceSeconds: number;
  readonly ports: readonly ContainerPort[];
  /** The network to join, made beforehand, and the names the container answers to in it. */
  readonly network?: { readonly name: string; readonly aliases: readonly string[] };
  readonly volumes: readonly { readonly volume: string; readonly path: string; readonly readOnly: boolean }[];
  readonly tmpfs: readonly { readonly path: string; readonly sizeBytes?: number }[];
  readonly limits: {
    readonly cpus?: number;
    readonly memoryBytes?: number;
    readonly memoryReservationBytes?: number;
    readonly pids: number;
  };
  readonly readOnlyRoot: boolean;
  readonly noNewPrivileges: boolean;
  readonly log: { readonly maxSizeBytes: number; readonly maxFiles: number };
  readonly privileges?: ContainerPrivileges;
}

export interface ContainerPrivileges {
  readonly privileged?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPid?: boolean;
  readonly hostMounts?: readonly { readonly source: string; readonly path: string; readonly readOnly: boolean }[];
  readonly devices?: readonly string[];
  readonly capabilities?: readonly string[];
}

export interface ContainerPort {
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp';
  /** Publish at this host address; hostPort 0 lets the engine choose. */
  readonly publish?: { readonly hostAddress: string; readonly hostPort: number };
}

/** One container as an engine tells it. Times are epoch milliseconds. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: InstanceState;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Of the last end; null while it runs or has never ended. */
  readonly exitCode: number | null;
  readonly outOfMemory: boolean;
  /** The engine's own words when the last start failed, else empty. */
  readonly error: string;
  /** The container's own address in its network, while it runs; null with the host's network. */
  readonly address: string | null;
  readonly published: readonly PublishedPort[];
  /** Ports that are not published. */
  readonly exposed: readonly Pick<PublishedPort, 'containerPort' | 'protocol'>[];
  /** The program and its words, as the engine's list tells them. */
  readonly command: string;
  /** What the container's own check says; null when it has none. */
  readonly health: 'starting' | 'healthy' | 'unhealthy' | null;
  /** Sorted. */
  readonly networks: readonly string[];
  readonly mounts: readonly ContainerMount[];
}

/** A volume's name, or a place of the host. */
export interface ContainerMount {
  readonly name: string;
  /** A volume of the driver `local`. */
  readonly isLocalVolume: boolean;
}

export interface PublishedPort {
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp';
  readonly hostAddress: string;
  readonly hostPort: number;
}
