import type { AppRoute, DomainRoute } from '@berth/spec/app-route';
import type { AppSpec } from '@berth/spec/app-spec';
import type { App } from './app.ts';
import type { AppCondition } from './app-state.ts';
import type { Instance } from './instance.ts';
import { defaultLimits, type EdgeRoute, type EdgeTarget, type RouteLimits, type RouteOptions } from './route-table.ts';

/** What is decided for all apps. */
export interface RoutePolicy {
  readonly baseDomain: string;
  /** The name of the app for hosts that lead nowhere else; null for none. */
  readonly defaultApp: string | null;
  /** Where an app says nothing of its own. */
  readonly limits: RouteLimits;
  /** Visitors of hosts that say nothing of their own are sent to https, with or without a certificate. */
  readonly requiresTls: boolean;
  /** Where the apps of some owner are reached beside their own hosts. */
  readonly mounts: readonly Mount[];
}

/** Apps of an owner's lie at `<pathPrefix>/<name>` of a host; `*` is every host that is no app's. */
export interface Mount {
  readonly host: string;
  readonly pathPrefix: string;
  readonly owner: string;
}

/** What takes an app's traffic. All instances speak `protocol`. */
export interface Serving {
  readonly instances: readonly Instance[];
  readonly condition: AppCondition;
  readonly protocol: AppSpec['protocol'];
}

/** The app's own host under the base domain. */
export function appHost(app: Pick<App, 'name'>, baseDomain: string): string {
  return `${app.name}.${baseDomain}`;
}

/** Where an app is reached: its own host, its domains, where it is mounted, and every other host when it is the default app. */
export function appPlaces(app: App, { baseDomain, defaultApp, mounts }: RoutePolicy): DomainRoute[] {
  const own = { host: appHost(app, baseDomain), pathPrefix: '/', stripPrefix: false };
  const mounted = mounts
    .filter(({ owner }) => owner === app.owner)
    .map(({ host, pathPrefix }) => ({ host, pathPrefix: `${pathPrefix}/${app.name}`, stripPrefix: true, slash: true }));
  return [own, ...app.domains, ...mounted, ...(app.name === defaultApp ? [{ ...own, host: '*' }] : [])];
}

/** All routes of one app, each to the instances that have an address; a redirect needs none. */
export function appRoutes(app: App, policy: RoutePolicy, serving: Serving): EdgeRoute[] {
  const targets = serving.instances.flatMap(({ id, address }) =>
    address === null ? [] : [{ instance: id, host: address.host, port: address.port }],
  );
  const unavailable = targets.length > 0 ? null : unavailableReason(app, serving.condition);
  const shared = sharedOptions(app, policy, serving);
  return appPlaces(app, policy).map((place) =>
    place.redirect === undefined
      ? appRoute(app, place, {
          targets,
          unavailable,
          options: { ...tlsOption(place, policy), ...slashOption(place), ...shared },
        })
      : appRoute(app, place, { targets: [], unavailable: null, options: { redirect: place.redirect } }),
  );
}

interface Leading {
  readonly targets: readonly EdgeTarget[];
  readonly unavailable: string | null;
  readonly options: RouteOptions;
}

/** What is as usual is not said: there can be ten thousand of these. */
function appRoute(app: App, { host, pathPrefix, stripPrefix }: DomainRoute, { options, ...rest }: Leading): EdgeRoute {
  const isUsual = Object.keys(options).length === 0;
  return { host, pathPrefix, stripPrefix, app: app.name, ...rest, ...(isUsual ? {} : { options }) };
}

/** A domain’s own word counts, also its no. */
function tlsOption({ requireTls }: DomainRoute, policy: RoutePolicy): RouteOptions {
  if (requireTls !== undefined) return { requireTls };
  return policy.requiresTls ? { requireTls: true } : {};
}

function slashOption({ pathPrefix, slash }: DomainRoute): RouteOptions {
  return slash === true && pathPrefix !== '/' ? { slash } : {};
}

function sharedOptions(
  { maintenance, route, life, asleep }: App,
  policy: RoutePolicy,
  { protocol }: Serving,
): RouteOptions {
  const limits = unusualLimits({ ...policy.limits, ...definedOnly(route.limits ?? {}) });
  return {
    ...(maintenance === null ? {} : { maintenance }),
    ...(protocol === 'h2c' ? { protocol } : {}),
    ...(route.sticky === true ? { sticky: true } : {}),
    ...visitOptions(route),
    ...(life.wake === true && asleep ? { wakes: true } : {}),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
}

function visitOptions({ waiting, history = 0, dropCookies = [] }: AppRoute): RouteOptions {
  return {
    ...(waiting === undefined ? {} : { waiting: definedOnly(waiting) }),
    ...(history > 0 ? { history } : {}),
    ...(dropCookies.length > 0 ? { dropCookies } : {}),
  };
}

function unusualLimits(limits: RouteLimits): Partial<RouteLimits> {
  const names = Object.keys(defaultLimits) as (keyof RouteLimits)[];
  return Object.fromEntries(
    names.filter((name) => limits[name] !== defaultLimits[name]).map((name) => [name, limits[name]]),
  );
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function definedOnly<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}

const sleepingSentences: Record<NonNullable<App['asleep']>, string> = {
  expired: 'Nobody used the app for a while, so it was stopped. It is being started again.',
  evicted: 'The app made room for others. It is being started again.',
};

const sentences: Partial<Record<AppCondition['state'], string>> = {
  deploying: 'The app is being deployed.',
  degraded: 'The app is being started, and does not answer yet.',
  paused: 'The app is paused.',
  stopped: 'The app is stopped.',
  stopping: 'The app is stopped.',
  failed: 'The app could not be started.',
  'crash-looping': 'The app keeps ending and is being started again.',
  completed: 'The app has done its work and ended.',
  removing: 'The app is being removed.',
};

/** A sentence for visitors: no reason of the engine's goes out here. */
function unavailableReason({ asleep }: App, condition: AppCondition): string {
  if ((condition.state === 'stopped' || condition.state === 'stopping') && asleep) return sleepingSentences[asleep];
  return sentences[condition.state] ?? 'The app is not ready to take requests.';
}
