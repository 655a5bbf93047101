import type { Route as RouteResource } from '@berth/spec/route';
import type { App } from '../core/app.ts';
import { appPlaces } from '../core/app-route.ts';
import { isRouted } from '../core/instance.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import type { Context } from './context.ts';
import { servesPort } from './view.ts';

/** Where each app that the actor may see is reached: its own host, then its domains. */
export function listRoutes(context: Context, actor: Actor): RouteResource[] {
  authorize(actor, { scope: 'read', owner: actor.user });
  const visible = visibleOwner(actor);
  const apps = [...context.appIndex.behind()].filter((app) => visible === null || app.owner === visible);
  return apps.flatMap((app) => (servesPort(context, app) ? routesOf(context, app) : []));
}

function routesOf(context: Context, app: App): RouteResource[] {
  const targets = context.fleet.instancesOf(app.id).filter(isRouted).length;
  return appPlaces(app, context.policy).map(({ host, pathPrefix, stripPrefix, redirect }) => {
    const place = { host, pathPrefix, stripPrefix, app: app.name };
    return redirect === undefined ? { ...place, targets } : { ...place, redirect, targets: 0 };
  });
}
