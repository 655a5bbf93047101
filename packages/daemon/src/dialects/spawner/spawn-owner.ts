import { createHash } from 'node:crypto';
import { UserName } from '@berth/spec/name';
import type { Context } from '../../use-cases/context.ts';

/**
 * Whose the spawn for a user becomes: the user of that name. A name that Berth's users cannot have, or that an administrator
 * has, gets a user of its own: whoever calls here is not to put things among an administrator's.
 */
export function ownerFor({ ledger }: Context, user: string): string {
  const isUsable = UserName.safeParse(user).success && ledger.books.users.get(user)?.role !== 'admin';
  return isUsable ? user : `user-${createHash('sha256').update(user).digest('hex').slice(0, 20)}`;
}
