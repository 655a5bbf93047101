import type { App } from './app.ts';
import type { AppCondition } from './app-state.ts';
import type { Instance } from './instance.ts';
import type { EdgeRoute } from './route-table.ts';

/** The app's own host under the base domain. */
export function appHost(app: Pick<App, 'name'>, baseDomain: string): string {
  return `${app.name}.${baseDomain}`;
}

/** All routes of one app: its own host, then its domains, each to the instances in `serve` that have an address. */
export function appRoutes(
  app: App,
  baseDomain: string,
  serving: { instances: readonly Instance[]; condition: AppCondition },
): EdgeRoute[] {
  const targets = serving.instances.flatMap(({ id, address }) =>
    address === null ? [] : [{ instance: id, host: address.host, port: address.port }],
  );
  const unavailable = targets.length > 0 ? null : unavailableReason(serving.condition);
  const own = { host: appHost(app, baseDomain), pathPrefix: '/', stripPrefix: false };
  return [own, ...app.domains].map((place) => ({ ...place, app: app.name, targets, unavailable }));
}

const sentences: Partial<Record<AppCondition['state'], string>> = {
  deploying: 'The app is being deployed.',
  paused: 'The app is paused.',
  stopped: 'The app is stopped.',
  stopping: 'The app is stopped.',
  failed: 'The app could not be started.',
  'crash-looping': 'The app keeps ending and is being started again.',
  completed: 'The app has done its work and ended.',
  removing: 'The app is being removed.',
};

/** A sentence for visitors: no reason of the engine's goes out here. */
function unavailableReason(condition: AppCondition): string {
  return sentences[condition.state] ?? 'The app is not ready to take requests.';
}
