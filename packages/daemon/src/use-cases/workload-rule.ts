import type { Privileges } from '@berth/spec/app-spec';
import { Problem } from '@berth/spec/problem';
import type { Actor } from './actor.ts';
import type { Context, Privilege } from './context.ts';

/** Deny by default: a privilege needs the administrator's policy to name it and an administrator to ask for it. */
export function requirePrivileges(context: Context, actor: Actor, privileges: Privileges | undefined): void {
  const asked = Object.entries(privileges ?? {})
    .filter(([, value]) => isAsked(value))
    .map(([name]) => name as Privilege);
  for (const name of asked) {
    const errors = [{ field: `privileges.${name}`, detail: 'is refused by policy' }];
    if (!context.policy.allowedPrivileges.includes(name)) {
      throw new Problem('policy-refused', `privileges.${name} is not among the policy's allowed privileges.`, {
        facts: { errors },
      });
    }
    if (actor.role !== 'admin' || !actor.scopes.includes('admin')) {
      throw new Problem('policy-refused', `privileges.${name} can only be given by an administrator.`, {
        facts: { errors },
      });
    }
  }
}

function isAsked(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value === true;
}
