import type { Role, Scope } from '@berth/spec/access';
import { Problem } from '@berth/spec/problem';

/** Who asks: a user by one token. */
export interface Actor {
  readonly user: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  /** The token's id, where one was shown: what the actor makes with it does not outlive it. */
  readonly token?: string;
}

/** What is asked for: a scope, and whose resource it is about (null: nobody's, which is for administrators). */
export interface Demand {
  readonly scope: Scope;
  readonly owner: string | null;
}

/**
 * The one place that says no. Another owner's resource answers as if it were not there; `hidden` is that answer. A missing
 * scope is `forbidden`, because the caller may know of the resource.
 */
export function authorize(actor: Actor, demand: Demand, hidden?: Problem): void {
  const isAdministrator = actor.role === 'admin' && actor.scopes.includes('admin');
  if (!isAdministrator && demand.owner !== actor.user) throw hidden ?? lacking('admin');
  if (!actor.scopes.includes(demand.scope)) throw lacking(demand.scope);
}

/** Whose resources the actor may see: null for everybody's. */
export function visibleOwner(actor: Actor): string | null {
  return actor.role === 'admin' && actor.scopes.includes('admin') ? null : actor.user;
}

function lacking(scope: Scope): Problem {
  return new Problem('forbidden', `This needs a token with the scope "${scope}"; ask an administrator for one.`);
}
