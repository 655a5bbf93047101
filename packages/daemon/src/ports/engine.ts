import type { Readable, Writable } from 'node:stream';
import type { Container, ContainerRequest } from '../core/container.ts';
import type { ContainerStats } from '../core/instance-stats.ts';

/**
 * One Docker endpoint. Every method rejects with a `Problem` and with nothing else: `engine-unreachable` (cannot be
 * connected), `engine-timeout`, `engine-disk-full`, `engine-conflict` (name in use, wrong state), `engine-failed` (any
 * other refusal, with the engine's words), `instance-not-found` / `image-not-found` / `volume-not-found` /
 * `file-not-found`, `image-refused` (bad credentials or no access), `registry-unreachable`. None waits without bound
 * while the engine is silent, except streams, which end by their signal: without an error where they are iterated, and
 * with the signal's reason, if that is a problem, else `operation-superseded`, where they are awaited.
 */
export interface Engine {
  readonly name: string;
  /** `container`: instances are reached at the container's address; `published`: at a port published on `host`. */
  readonly reach: EngineReach;
  readonly containers: EngineContainers;
  readonly images: EngineImages;
  readonly networks: EngineNetworks;
  readonly volumes: EngineVolumes;
  readonly swarm: EngineSwarm;
  /** Negotiates anew and describes. */
  describe(): Promise<EngineDescription>;
  /** Adds up what lies on its disk, which may take a while. */
  measureDisk(): Promise<EngineDisk>;
  /**
   * Events since `sinceMs` (epoch) and on, until `signal` aborts (then it ends without an error) or the connection
   * breaks (then it rejects). `onOpen` is called once the engine has accepted the subscription. Engines replay no more
   * than their last 256 events, and may tell one twice; with `labels`, those of networks and volumes are left out.
   */
  events(options: {
    sinceMs?: number;
    labels?: readonly string[];
    signal: AbortSignal;
    onOpen?: () => void;
  }): AsyncIterable<EngineEvent>;
  /** Closes idle connections; running calls end by themselves. */
  close(): Promise<void>;
}

export type EngineReach =
  | { readonly kind: 'container' }
  | { readonly kind: 'published'; readonly host: string; readonly bindAddress: string };

export interface EngineDescription {
  readonly version: string;
  readonly apiVersion: string;
  readonly operatingSystem: string;
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly mode: 'solo' | 'swarm';
}

/** What lies on an engine's disk, whoever it is of. */
export interface EngineDisk {
  /** What images share counts once. */
  readonly images: DiskUse;
  readonly containers: DiskUse;
  readonly volumes: DiskUse;
  readonly buildCache: DiskUse;
}

export interface DiskUse {
  readonly count: number;
  /** Images and volumes that a container has, containers that run, cache that is being used. */
  readonly active: number;
  readonly sizeBytes: number;
  /** Of those that are not active. */
  readonly reclaimableBytes: number;
}

export interface EngineEvent {
  readonly type: 'container' | 'image' | 'network' | 'volume' | 'daemon' | 'other';
  /** The engine's own word: create, start, die, oom, pause, destroy, … */
  readonly action: string;
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly atMs: number;
}

export interface EngineContainers {
  /** All containers, whatever their state, that carry every label of `labels` (`name` or `name=value`). */
  list(labels: readonly string[]): Promise<Container[]>;
  inspect(id: string): Promise<Container>;
  /** The container in the engine's own words, for those who know them. */
  inspectRaw(id: string): Promise<Readonly<Record<string, unknown>>>;
  /** Resolves to the id. */
  create(request: ContainerRequest): Promise<string>;
  /** Starting a running one is no error. */
  start(id: string): Promise<void>;
  /** Stopping a stopped one is no error. Waits until it has ended: at most the grace and what a kill takes. */
  stop(id: string, graceSeconds: number): Promise<void>;
  kill(id: string, signal: string): Promise<void>;
  restart(id: string, graceSeconds: number): Promise<void>;
  pause(id: string): Promise<void>;
  unpause(id: string): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  update(id: string, limits: Partial<ContainerRequest['limits']>): Promise<void>;
  /** Removes with its anonymous volumes, never named ones. `force` kills first. Removing a missing one is no error. */
  remove(id: string, options: { force: boolean }): Promise<void>;
  logs(id: string, options: LogOptions): AsyncIterable<ContainerLogLine>;
  /** One sample a second, until `signal` aborts or the container ends. */
  stats(id: string, signal: AbortSignal): AsyncIterable<ContainerStats>;
  /** One sample, which need not know of the one before; null of a container that does not run. */
  sample(id: string): Promise<ContainerStats | null>;
  exec(id: string, request: ExecRequest): Promise<ExecSession>;
  /** Unpacks a tar stream at `path`, an existing directory. */
  putArchive(id: string, path: string, tar: Readable): Promise<void>;
  /** A tar stream of the file or directory at `path`. */
  getArchive(id: string, path: string, signal?: AbortSignal): Promise<Readable>;
}

export interface LogOptions {
  readonly follow: boolean;
  /** How many last lines; undefined for all. */
  readonly tail?: number;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly signal: AbortSignal;
}

export interface ContainerLogLine {
  readonly stream: 'stdout' | 'stderr';
  /** The engine's timestamp, RFC 3339 with nanoseconds. */
  readonly at: string;
  /** Without its end of line; lines over 16 KiB come in parts as the engine splits them. */
  readonly line: string;
}

export interface ExecRequest {
  readonly command: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDirectory?: string;
  /** Columns and rows of the terminal. */
  readonly size?: TerminalSize;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ExecSession {
  /** Standard input; ending it half-closes. With `tty` false, output comes demultiplexed. */
  readonly stdin: Writable | null;
  readonly output: AsyncIterable<{ readonly stream: 'stdout' | 'stderr'; readonly data: Buffer }>;
  resize(size: TerminalSize): Promise<void>;
  /** After the output has ended. */
  exitCode(): Promise<number>;
  /** Cuts the connection; the process may live on, as with `docker exec`. */
  destroy(): void;
}

export interface EngineImages {
  list(): Promise<EngineImage[]>;
  /** Rejects with `image-not-found` when the engine does not have it. */
  inspect(reference: string): Promise<EngineImage>;
  /** Pulls and reports progress; rejects when the stream tells of an error, even inside a 200. */
  pull(
    reference: string,
    options: { credential?: RegistryCredential; onProgress?: (progress: PullProgress) => void; signal?: AbortSignal },
  ): Promise<void>;
  tag(image: string, reference: string): Promise<void>;
  /** Takes the name away, and with the last name the image: `still-in-use` then while a container has it. */
  remove(reference: string): Promise<void>;
  /** Builds from a tar with a Dockerfile in it; resolves to the image id. Rejects with the last output as the fact `output`. */
  build(
    tar: Readable,
    options: { tag: string; labels?: Readonly<Record<string, string>>; signal?: AbortSignal },
  ): Promise<string>;
}

export interface EngineImage {
  readonly id: string;
  readonly references: readonly string[];
  readonly digests: readonly string[];
  readonly sizeBytes: number;
  readonly createdAt: number;
  readonly exposedPorts: readonly { readonly containerPort: number; readonly protocol: 'tcp' | 'udp' }[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface RegistryCredential {
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

export interface PullProgress {
  /** Over all layers known so far. */
  readonly currentBytes: number;
  readonly totalBytes: number;
  readonly layers: number;
  readonly layersDone: number;
  /** The engine's last status word, such as `Downloading`. */
  readonly status: string;
}

export interface EngineNetworks {
  list(
    labels: readonly string[],
  ): Promise<{ readonly id: string; readonly name: string; readonly labels: Readonly<Record<string, string>> }[]>;
  /** Makes a bridge network unless one of that name is there; two callers at once leave one. */
  ensure(name: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** Removing a missing one is no error; one with containers is `still-in-use`. */
  remove(name: string): Promise<void>;
}

export interface EngineVolumes {
  list(labels: readonly string[]): Promise<EngineVolume[]>;
  /** Makes a local volume unless one of that name is there. */
  ensure(name: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** Removing a missing one is no error; one in use is `still-in-use`. */
  remove(name: string): Promise<void>;
}

export interface EngineSwarm {
  /** Asked anew at each call: machines join and leave swarms while Berth runs. Only a manager counts as `swarm`. */
  mode(): Promise<EngineDescription['mode']>;
  /** Every node, by host name. Rejects with `engine-failed` where the engine manages no swarm. */
  nodes(): Promise<EngineNode[]>;
}

/** A node, in the words of `docker node ls`. */
export interface EngineNode {
  readonly id: string;
  readonly hostname: string;
  readonly status: string;
  readonly availability: string;
  /** Empty for a worker. */
  readonly managerStatus: string;
  readonly tlsStatus: string;
  readonly engineVersion: string;
  /** It is the engine that was asked. */
  readonly isSelf: boolean;
  /** As the engine tells it. */
  readonly inspected: Readonly<Record<string, unknown>>;
}

interface EngineVolume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: number;
}
