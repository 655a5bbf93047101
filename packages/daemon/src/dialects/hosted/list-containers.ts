import { appHost } from '../../core/app-route.ts';
import { listApps } from '../../use-cases/list-apps.ts';
import type { Hand } from './hand.ts';

interface ContainerView {
  readonly running: boolean;
  readonly image: string;
  readonly domains: readonly string[];
}

/** All apps by name. */
export function listContainers({ context, actor }: Hand): Record<string, ContainerView> {
  const { items } = listApps(context, actor, { limit: Number.MAX_SAFE_INTEGER });
  const shown = items.filter(({ state }) => state !== 'removing');
  return Object.fromEntries(
    shown.map(({ id, name, image, domains }) => [
      name,
      {
        running: context.fleet.instancesOf(id).some((instance) => instance.state === 'running'),
        image: withTag(image),
        domains: [appHost({ name }, context.policy.baseDomain), ...domains.map(placeOf)],
      },
    ]),
  );
}

/** As an engine names it. */
function withTag(image: string): string {
  return /(?::[^/]+|@sha256:[0-9a-f]+)$/.test(image) ? image : `${image}:latest`;
}

function placeOf({ host, pathPrefix }: { readonly host: string; readonly pathPrefix: string }): string {
  return pathPrefix === '/' ? host : `${host}${pathPrefix}`;
}
