import type { Settings } from './config/settings.ts';
import type { Dialect, DialectAddress, DialectLog, DialectParts, DialectPlace } from './dialect-kit/dialect.ts';
import { addressOf, createDialectServer } from './http/dialect-server.ts';
import type { HttpOptions } from './http/services.ts';
import type { Context } from './use-cases/context.ts';

/** chp is served by itself: it lives without a daemon too. */
type Placed = Omit<Settings['dialects'], 'chp'>;
type Maker<Own> = (parts: DialectParts<Own>) => Dialect;
type Makers = { readonly [Name in keyof Placed]-?: () => Promise<Maker<NonNullable<Placed[Name]>>> };

/** Every older API there is, by the name of its settings. Its code is loaded where it is configured: others stay small. */
const makers: Makers = {
  genisys: async () => (await import('./dialects/genisys/genisys-dialect.ts')).createGenisysDialect,
  hosted: async () => (await import('./dialects/hosted/hosted-dialect.ts')).createHostedDialect,
  spawner: async () => (await import('./dialects/spawner/spawner-dialect.ts')).createSpawnerDialect,
  src: async () => (await import('./dialects/src/src-dialect.ts')).createSrcDialect,
  portal: async () => (await import('./dialects/portal/portal-dialect.ts')).createPortalDialect,
};

/** The dialects that are configured, and how they are begun and ended together. */
export interface Dialects {
  /** What lies under a prefix of the API. */
  readonly prefixed: NonNullable<HttpOptions['dialects']>;
  /** Listens and begins; `api` is where prefixes are reached. */
  open(options: HttpOptions, api: DialectAddress): Promise<void>;
  close(): Promise<void>;
}

interface Chosen {
  readonly dialect: Dialect;
  readonly place: DialectPlace;
}

interface Surroundings {
  readonly settings: Settings;
  readonly context: Context;
  readonly dataFolder: string;
  readonly logOf: (name: string) => DialectLog;
}

/** Makes the dialects that the settings name. */
export async function createDialects(around: Surroundings): Promise<Dialects> {
  const chosen = await choose(around);
  const servers: ReturnType<typeof createDialectServer>[] = [];
  return {
    prefixed: chosen.flatMap(({ dialect, place: { prefix } }) => (prefix === undefined ? [] : [{ prefix, dialect }])),
    async open(options, api) {
      for (const { dialect, place } of chosen) {
        if (place.listen === undefined) {
          await dialect.start?.({ ...api, prefix: place.prefix ?? '' });
          continue;
        }
        const server = createDialectServer(dialect, { context: around.context, options });
        servers.push(server);
        await server.listen(parseListen(place.listen));
        await dialect.start?.(addressOf(server));
      }
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()));
      await Promise.all(chosen.map(async ({ dialect }) => dialect.stop?.()));
    },
  };
}

async function choose({ settings, context, dataFolder, logOf }: Surroundings): Promise<Chosen[]> {
  const { chp: _chp, ...placed } = settings.dialects;
  const chosen: Chosen[] = [];
  for (const [name, own] of Object.entries(placed as Readonly<Record<string, DialectPlace | undefined>>)) {
    const load = (makers as unknown as Readonly<Record<string, () => Promise<Maker<DialectPlace>>>>)[name];
    if (own === undefined || load === undefined) continue;
    const make = await load();
    chosen.push({ place: own, dialect: make({ settings: own, context, dataFolder, log: logOf(name) }) });
  }
  return chosen;
}

/** `[::1]:80` → `::1` and 80; no address is every one. */
export function parseListen(listen: string): { host: string; port: number } {
  const colon = listen.lastIndexOf(':');
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host: host === '' ? '::' : host, port: Number(listen.slice(colon + 1)) };
}
