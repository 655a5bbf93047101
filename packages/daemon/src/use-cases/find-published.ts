import { isProblem } from '@berth/spec/problem';
import type { PublishedPort } from '../core/container.ts';
import { label } from '../core/label.ts';
import { type Actor, authorize } from './actor.ts';
import type { Context } from './context.ts';

/** Where a container that Berth did not make is reached on its engine's host. */
export interface PublishedPlace {
  readonly host: string;
  readonly port: number;
}

/**
 * The place of a running container of exactly that name on the default engine, by the port that it has published; undefined
 * where there is none, or where it is Berth's. For administrators: it looks beyond apps. It only looks.
 */
export async function findPublished(
  { engines, policy }: Context,
  actor: Actor,
  { name, containerPort }: { readonly name: string; readonly containerPort: number },
): Promise<PublishedPlace | undefined> {
  authorize(actor, { scope: 'admin', owner: null });
  const engine = engines.get(policy.defaultEngine);
  if (engine === undefined) return undefined;
  try {
    const container = await engine.containers.inspect(name);
    const isForeign = container.name === name && container.labels[label.appId] === undefined;
    if (!isForeign || container.state !== 'running') return undefined;
    const found = choosePort(container.published, containerPort);
    if (found === undefined) return undefined;
    return { host: engine.reach.kind === 'published' ? engine.reach.host : '127.0.0.1', port: found.hostPort };
  } catch (error) {
    if (isProblem(error, 'instance-not-found')) return undefined;
    throw error;
  }
}

/** A port published twice, for IPv4 and for IPv6, is one. */
function choosePort(published: readonly PublishedPort[], containerPort: number): PublishedPort | undefined {
  const fitting = published.filter((port) => port.containerPort === containerPort && port.protocol === 'tcp');
  return fitting.find(({ hostAddress }) => !hostAddress.includes(':')) ?? fitting[0];
}
