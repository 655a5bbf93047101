import {
  type EdgeRoute,
  type RouteKey,
  routeKey,
  type RouteLimits,
  type RouteOptions,
} from '../../core/route-table.ts';
import type { ProxyOptions } from './proxy-options.ts';
import type { ChpRoute, RouteBook } from './route-book.ts';
import { hostOf, listPlaces, pathOf } from './route-path.ts';

/** Routes of the edge by `routeKey`. */
export type Places = ReadonlyMap<string, EdgeRoute>;
export const nowhere: Places = new Map();

/** What planning asks about the world around it. */
export interface Surroundings {
  readonly options: ProxyOptions;
  readonly owners: HostOwners;
}

/** Who else has hosts at the same edge: routes of such a host wait until it is free. */
export interface HostOwners {
  has(host: string): boolean;
  /** True when theirs is the route at this very place. */
  hasPlace(key: RouteKey): boolean;
}

export const noOwners: HostOwners = { has: () => false, hasPlace: () => false };

/** What the edge should have because of this path of the API. */
export function planPlaces(book: RouteBook, path: string, { options, owners }: Surroundings): Places {
  const ownHost = book.isByHost ? hostOf(path) : undefined;
  const host = ownHost ?? options.host;
  const route = book.find(path) ?? findDefault(book, path, ownHost);
  if (route === undefined || owners.has(host)) return nowhere;
  const places = listPlaces(host, book.isByHost ? pathOf(path) : path);
  return new Map(places.map((place) => [routeKey(place), planEdgeRoute(route, place, options)]));
}

/** All paths of which the plan may change with that of this one. */
export function listAffected(book: RouteBook, path: string): readonly string[] {
  if (!book.isByHost) return [path];
  const host = hostOf(path);
  return host === undefined ? [path, ...book.listHosts().map(rootOf)] : [path, rootOf(host)];
}

/** What a host's own routes do not cover is the default route's: the edge looks no further than the host. */
function findDefault(book: RouteBook, path: string, host: string | undefined): ChpRoute | undefined {
  return host !== undefined && path === rootOf(host) && book.hasHost(host) ? book.find('/') : undefined;
}

function rootOf(host: string): string {
  return `/${host}`;
}

function planEdgeRoute(route: ChpRoute, place: RouteKey, options: ProxyOptions): EdgeRoute {
  const { pathBase, ...plain } = route.address;
  const target = options.prependPath && pathBase !== undefined ? { ...plain, pathBase } : plain;
  return {
    ...place,
    stripPrefix: !options.includePrefix,
    app: route.path,
    targets: [target],
    unavailable: null,
    options: planOptions(options),
  };
}

function planOptions(options: ProxyOptions): RouteOptions {
  const { forwards, changeOrigin, customHeaders, autoRewrite, protocolRewrite } = options;
  const rewrite = { host: autoRewrite, ...(protocolRewrite === undefined ? {} : { scheme: protocolRewrite }) };
  return {
    limits: planLimits(options),
    ...(Object.keys(customHeaders).length === 0 ? {} : { requestHeaders: customHeaders }),
    ...(forwards ? {} : { forwards }),
    ...(options.requiresTls ? { requireTls: true } : {}),
    ...(changeOrigin ? { rewritesHost: true } : {}),
    ...(autoRewrite || protocolRewrite !== undefined ? { rewritesLocation: rewrite } : {}),
  };
}

/** The program lets targets think as long as they like. */
function planLimits({ answerSeconds = 0, idleSeconds }: ProxyOptions): Partial<RouteLimits> {
  return { answerSeconds, ...(idleSeconds === undefined ? {} : { idleSeconds }) };
}
