import { Scope } from '@berth/spec/access';
import type { User } from '../core/access.ts';
import type { Books } from '../core/books.ts';
import type { Change } from '../core/change.ts';
import type { Context } from './context.ts';
import { makeToken } from './token-secret.ts';

const firstName = 'admin';

/**
 * Sees to it that somebody can administer: resolves to the secret of a new token with every scope, and to null where an
 * administrator has such a token already.
 */
export function ensureAdministrator(context: Context): Promise<string | null> {
  return context.ledger.write((books) => {
    const now = context.clock.now();
    if (hasAdministration(books, now)) return { changes: [], result: null };
    const user = findAdministrator(books) ?? { name: firstName, role: 'admin', createdAt: now };
    const fields = {
      id: context.clock.newId(),
      user: user.name,
      label: 'first administrator',
      scopes: Scope.options,
      createdAt: now,
      expiresAt: null,
    };
    const { token, secret } = makeToken(fields);
    const changes: Change[] = [
      { kind: 'user.put', user },
      { kind: 'token.put', token },
    ];
    return { changes, result: secret };
  });
}

function hasAdministration(books: Readonly<Books>, now: number): boolean {
  return [...books.tokens.values()].some((token) => {
    const isAlive = token.expiresAt === null || token.expiresAt > now;
    return isAlive && token.scopes.includes('admin') && books.users.get(token.user)?.role === 'admin';
  });
}

function findAdministrator(books: Readonly<Books>): User | undefined {
  return [...books.users.values()].find((user) => user.role === 'admin');
}
