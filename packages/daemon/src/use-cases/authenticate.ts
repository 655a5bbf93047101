import { timingSafeEqual } from 'node:crypto';
import { renderInstant } from '@berth/spec/instant';
import { Problem } from '@berth/spec/problem';
import type { Token } from '../core/access.ts';
import type { Actor } from './actor.ts';
import type { Context } from './context.ts';
import { hashToken } from './token-secret.ts';

const usedEveryMs = 60_000;

/** Who holds this token. The whole text is hashed before it is looked up, so that the time taken tells nothing of it. */
export function authenticate(context: Context, bearer: string | undefined): Actor {
  const { tokensByHash, users } = context.ledger.books;
  if (bearer === undefined) throw unauthenticated('Send a token: `Authorization: Bearer berth_…`.');
  const hash = hashToken(bearer);
  const token = tokensByHash.get(hash);
  const user = token === undefined ? undefined : users.get(token.user);
  if (token === undefined || user === undefined || !isSameHash(token.hash, hash)) {
    throw unauthenticated('The token is not known; it may have been removed. Create a new one.');
  }
  const now = context.clock.now();
  if (token.expiresAt !== null && token.expiresAt <= now) {
    throw unauthenticated(`The token expired at ${renderInstant(token.expiresAt)}; create a new one.`);
  }
  if (isStale(token, now)) noteUse(context, token.id);
  return { user: user.name, role: user.role, scopes: token.scopes, token: token.id };
}

function unauthenticated(detail: string): Problem {
  return new Problem('unauthenticated', detail);
}

function isSameHash(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function isStale(token: Token, now: number): boolean {
  return now - (token.lastUsedAt ?? -Infinity) >= usedEveryMs;
}

/** Not waited for, and not missed when it fails: a request does not fail because its use could not be noted. */
function noteUse(context: Context, id: string): void {
  const noted = context.ledger.write((books) => {
    const token = books.tokens.get(id);
    const now = context.clock.now();
    if (token === undefined || !isStale(token, now)) return { changes: [], result: null };
    return { changes: [{ kind: 'token.put', token: { ...token, lastUsedAt: now } }], result: null };
  });
  noted.catch(() => {});
}
