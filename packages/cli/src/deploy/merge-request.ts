import type { AppRequest } from '@berth/client/generated/types.gen';
import type { PlaceOptions, SpecOptions } from './deploy-option.ts';

/** What options ask for, with the files that they name already read. */
export interface DeployWish extends Omit<SpecOptions, 'env' | 'envFile' | 'file'>, PlaceOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly file: NonNullable<AppRequest['files']>;
  /** The words behind `--`. */
  readonly command: readonly string[];
}

/** A request that may still lack its image. */
export type RequestDraft = Partial<AppRequest>;

/**
 * What the app has, or a file says, changed by what the options ask for. Variables, labels, mounts, files and domains are added,
 * in place of those of the same name or path; ports and commands take the place of the old ones.
 */
export function mergeRequest(base: RequestDraft, wish: DeployWish): RequestDraft {
  return {
    ...base,
    ...plainFields(wish),
    ...listFields(base, wish),
    ...tableFields(base, wish),
    ...healthField(base, wish),
    ...placeFields(base, wish),
    ...routeField(base, wish),
    ...lifeField(base, wish),
  };
}

function plainFields(wish: DeployWish): RequestDraft {
  return definedOnly({
    image: wish.image,
    cpus: wish.cpus,
    memoryBytes: wish.memory,
    memoryReservationBytes: wish.memoryReservation,
    pidsLimit: wish.pids,
    user: wish.user,
    workingDirectory: wish.workdir,
    restart: wish.restart,
    stopSignal: wish.stopSignal,
    stopGraceSeconds: wish.stopGrace,
    drainSeconds: wish.drain,
    strategy: wish.strategy,
    protocol: wish.protocol,
    pull: wish.pull,
    registryCredential: wish.registryCredential,
    readOnlyRoot: wish.readOnly ? true : undefined,
    publishExposed: wish.publishExposed ? true : undefined,
    command: nonEmpty(wish.command),
    entrypoint: nonEmpty(wish.entrypoint),
  });
}

function listFields(base: RequestDraft, wish: DeployWish): RequestDraft {
  const wished = joined(wish.port, wish.publish, portKey) ?? wish.port;
  const served = servedPort(wished);
  const ports = wished.map((port, at) => (at === served ? { ...port, served: true } : port));
  return definedOnly({
    ports: nonEmpty(ports),
    volumes: joined(base.volumes, wish.volume, (volume) => volume.path),
    files: joined(base.files, wish.file, (file) => file.path),
    tmpfs: joined(base.tmpfs, wish.tmpfs, (mount) => mount.path),
  });
}

/** Several ports leave open which one is served; the first tcp one is. */
function servedPort(ports: readonly PortDraft[]): number {
  return ports.length < 2 ? -1 : ports.findIndex(({ protocol }) => protocol === 'tcp');
}

type PortDraft = DeployWish['port'][number];

function portKey({ containerPort, protocol }: PortDraft): string {
  return `${containerPort}/${protocol}`;
}

function tableFields(base: RequestDraft, wish: DeployWish): RequestDraft {
  const gone = new Set(wish.unset);
  const kept = Object.entries(base.env ?? {}).filter(([name]) => !gone.has(name));
  const env = { ...Object.fromEntries(kept), ...wish.env };
  const labels = { ...base.labels, ...Object.fromEntries(wish.label) };
  return {
    ...(Object.keys(env).length === 0 && gone.size === 0 ? {} : { env }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  };
}

/** Another path or port asks for another probe, whatever the old one was. */
function healthField(base: RequestDraft, wish: DeployWish): RequestDraft {
  const given = definedOnly({
    path: wish.healthPath,
    port: wish.healthPort,
    intervalSeconds: wish.healthInterval,
    timeoutSeconds: wish.healthTimeout,
    startTimeoutSeconds: wish.startTimeout,
    kind: wish.probe ? undefined : ('none' as const),
  });
  if (Object.keys(given).length === 0) return {};
  const { kind, ...before } = base.health ?? {};
  const keepsKind = kind !== undefined && given.path === undefined && !(kind === 'none' && given.port !== undefined);
  return { health: { ...before, ...(keepsKind ? { kind } : {}), ...given } };
}

function placeFields(base: RequestDraft, wish: DeployWish): RequestDraft {
  const key = (domain: { host: string; pathPrefix?: string | undefined }): string =>
    `${domain.host}${domain.pathPrefix ?? '/'}`;
  return definedOnly({
    replicas: wish.replicas,
    owner: wish.owner,
    engine: wish.engine,
    domains: joined(base.domains, wish.domain, key),
    started: wish.start ? undefined : false,
  });
}

function routeField({ route }: RequestDraft, wish: DeployWish): RequestDraft {
  const limits = definedOnly({
    bodyBytes: wish.maxBody,
    concurrency: wish.maxRequests,
    requestsPerSecond: wish.rate,
    answerSeconds: wish.answerTimeout,
    idleSeconds: wish.idleTimeout,
  });
  const given = definedOnly({
    sticky: wish.sticky === undefined ? undefined : wish.sticky === 'on',
    limits: Object.keys(limits).length === 0 ? undefined : { ...route?.limits, ...limits },
  });
  return Object.keys(given).length === 0 ? {} : { route: { ...route, ...given } };
}

/** No time is no limit. */
function lifeField({ life }: RequestDraft, wish: DeployWish): RequestDraft {
  const given = definedOnly({
    lifetimeSeconds: wish.lifetime,
    idleSeconds: wish.maxIdle,
    endedSeconds: wish.maxEnded,
    atEnd: wish.atEnd,
  });
  if (Object.keys(given).length === 0) return {};
  const { lifetimeSeconds, idleSeconds, ...rest } = { ...life, ...given };
  return {
    life: {
      ...rest,
      ...definedOnly({ lifetimeSeconds: lifetimeSeconds || undefined, idleSeconds: idleSeconds || undefined }),
    },
  };
}

/** Undefined where there is nothing to add: then the field stays as it is. */
function joined<Item>(
  before: readonly Item[] | undefined,
  added: readonly Item[],
  keyOf: (item: Item) => string,
): Item[] | undefined {
  if (added.length === 0) return undefined;
  const keys = new Set(added.map(keyOf));
  return [...(before ?? []).filter((item) => !keys.has(keyOf(item))), ...added];
}

function nonEmpty<Item>(items: readonly Item[]): Item[] | undefined {
  return items.length === 0 ? undefined : [...items];
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function definedOnly<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}
