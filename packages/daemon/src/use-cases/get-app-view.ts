import type { App as AppResource, AppStatus } from '@berth/spec/app';
import type { Domain as DomainResource } from '@berth/spec/domain';
import type { Instance as InstanceResource } from '@berth/spec/instance';
import type { App } from '../core/app.ts';
import type { Actor } from './actor.ts';
import { getApp } from './app-access.ts';
import { certificateOfHost } from './certificates.ts';
import type { Context } from './context.ts';
import { viewApp, viewInstances, viewStatus } from './view.ts';

/** The app, what is wished for and how it is. */
export function showApp(context: Context, actor: Actor, name: string): AppResource {
  return viewApp(context, readApp(context, actor, name));
}

/** How the app is, with each instance and the operation under way. */
export function showStatus(context: Context, actor: Actor, name: string): AppStatus {
  return viewStatus(context, readApp(context, actor, name));
}

/** The app's domains, and how each stands about https. */
export function showDomains(context: Context, actor: Actor, name: string): DomainResource[] {
  const { domains } = readApp(context, actor, name);
  return domains.map((domain) => ({ ...domain, certificate: certificateOfHost(context, domain.host) }));
}

/** The app's instances, newest release first. */
export function showInstances(context: Context, actor: Actor, name: string): InstanceResource[] {
  return viewInstances(context, readApp(context, actor, name));
}

function readApp(context: Context, actor: Actor, name: string): App {
  return getApp(context.ledger.books, actor, { name, scope: 'read' });
}
