import { HostName } from '@berth/spec/name';
import { isProblem } from '@berth/spec/problem';
import type { App } from '../../core/app.ts';
import { appHost } from '../../core/app-route.ts';
import { parsePart } from '../../core/parse-part.ts';
import { routeKey } from '../../core/route-table.ts';
import { visibleOwner } from '../../use-cases/actor.ts';
import { addDomain } from '../../use-cases/domains.ts';
import { finishOrYield, whenFree } from '../../use-cases/operation-end.ts';
import { findContainer } from './change-container.ts';
import type { Hand } from './hand.ts';
import { badRequest, type Params, requireText } from './request.ts';
import { reasons, refused, success, type Verdict } from './verdict.ts';

interface Binding {
  readonly name: string;
  readonly host: string;
  readonly force: boolean;
}

/** Lets a domain lead to the app. One that it has is a success; that it is another's is found before whether the app exists. */
export async function bindDomain(hand: Hand, params: Params): Promise<Verdict> {
  const binding = readBinding(params);
  const verdict = await whenFree(hand.context, () => tryToBind(hand, binding));
  return verdict;
}

function readBinding(params: Params): Binding {
  const name = requireText(params, 'name');
  const host = parsePart(HostName, requireText(params, 'domain').toLowerCase(), 'domain');
  const force = params['force'] ?? false;
  if (typeof force !== 'boolean') throw badRequest('The field `force` must be true or false.');
  return { name, host, force };
}

async function tryToBind(hand: Hand, binding: Binding): Promise<Verdict> {
  const { context, actor } = hand;
  const { name, host, force } = binding;
  const holder = findHolder(hand, host);
  if (!force && holder !== undefined && holder.name !== name) return refused(reasons.bound(nameFor(hand, holder)));
  const app = findContainer(hand, name);
  if (app === undefined) return refused(reasons.unknown);
  if (host === appHost(app, context.policy.baseDomain)) return success;
  try {
    const domain = { host, pathPrefix: '/', stripPrefix: false };
    await finishOrYield(context, await addDomain(context, actor, { name, domain, force }));
    return success;
  } catch (error) {
    // Somebody else was faster.
    const winner = findHolder(hand, host);
    if (force || winner === undefined || !isProblem(error, 'domain-taken')) throw error;
    return refused(reasons.bound(nameFor(hand, winner)));
  }
}

/** The app that a host leads to: by its domains, or because it is its own. */
function findHolder({ context: { ledger, policy } }: Hand, host: string): App | undefined {
  const { books } = ledger;
  const suffix = `.${policy.baseDomain}`;
  const own = host.endsWith(suffix) ? books.appIds.get(host.slice(0, -suffix.length)) : undefined;
  return books.apps.get(own ?? books.domains.get(routeKey({ host, pathPrefix: '/' })) ?? '');
}

/** The name of an app that this API does not show is not given away. */
function nameFor({ actor }: Hand, holder: App): string {
  const owner = visibleOwner(actor);
  return owner === null || owner === holder.owner ? holder.name : 'another app';
}
