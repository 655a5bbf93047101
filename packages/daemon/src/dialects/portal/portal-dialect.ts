import type { Dialect, DialectParts } from '../../dialect-kit/dialect.ts';
import { addDockerRoutes } from './docker-routes.ts';
import { createHand, type PortalSettings } from './hand.ts';
import { PortalRoutes } from './portal-routes.ts';
import { addSiteRoutes } from './site-routes.ts';

/** What django_docker_engine does for a data portal. What it calls a container is an app. */
export function createPortalDialect(parts: DialectParts<PortalSettings>): Dialect {
  const hand = createHand(parts);
  const routes = new PortalRoutes(hand);
  return {
    async addRoutes(scope) {
      await scope.register(async (site) => addSiteRoutes(site, hand));
      await scope.register(async (docker) => addDockerRoutes(docker, hand, routes));
    },
    start: (place) => routes.start(place),
    stop: () => routes.stop(),
  };
}
