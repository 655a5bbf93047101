import type { NewToken, Token as TokenResource, TokenRequest } from '@berth/spec/access';
import { renderInstant } from '@berth/spec/instant';
import { fieldProblem, Problem } from '@berth/spec/problem';
import type { Token } from '../core/access.ts';
import type { Books } from '../core/books.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import type { Context } from './context.ts';
import { makeToken } from './token-secret.ts';

/** All tokens for administrators, for others their own; newest first, without their secrets. */
export function listTokens(context: Context, actor: Actor): TokenResource[] {
  authorize(actor, { scope: 'read', owner: actor.user });
  const visible = visibleOwner(actor);
  const tokens = [...context.ledger.books.tokens.values()].filter(
    (token) => visible === null || token.user === visible,
  );
  return tokens.toSorted((one, other) => (one.id < other.id ? 1 : -1)).map(viewToken);
}

/** Makes a token that can do no more, and lives no longer, than the one it is asked for with. Its secret is in this answer alone. */
export async function createToken(context: Context, actor: Actor, request: TokenRequest): Promise<NewToken> {
  const user = request.user ?? actor.user;
  authorize(actor, { scope: 'read', owner: user });
  return context.ledger.write((books) => {
    requireScopes(books, actor, { ...request, user });
    const { label, scopes } = request;
    const createdAt = context.clock.now();
    const expiresAt = chooseExpiry(books, actor, { createdAt, expiresInSeconds: request.expiresInSeconds });
    const { token, secret } = makeToken({
      id: context.clock.newId(),
      user,
      label,
      scopes: [...new Set(scopes)],
      createdAt,
      expiresAt,
    });
    return { changes: [{ kind: 'token.put', token }], result: { ...viewToken(token), secret } };
  });
}

/** Revokes a token. It is refused from the next request on. */
export function removeToken(context: Context, actor: Actor, id: string): Promise<void> {
  return context.ledger.write((books) => {
    const token = books.tokens.get(id);
    const hidden = new Problem('token-not-found', `There is no token "${id}"; GET /v1/tokens lists yours.`);
    if (token === undefined) throw hidden;
    authorize(actor, { scope: 'read', owner: token.user }, hidden);
    return { changes: [{ kind: 'token.remove', id }], result: undefined };
  });
}

function requireScopes(
  books: Readonly<Books>,
  actor: Actor,
  { user, scopes }: TokenRequest & { readonly user: string },
): void {
  const holder = books.users.get(user);
  if (holder === undefined) throw fieldProblem('user', `there is no user "${user}"`);
  const beyond = scopes.filter((scope) => !actor.scopes.includes(scope));
  if (beyond.length > 0) throw fieldProblem('scopes', `your own token has no scope ${beyond.join(', ')}`);
  if (scopes.includes('admin') && holder.role !== 'admin')
    throw fieldProblem('scopes', `"${user}" is not an administrator, so no token of theirs can have the scope admin`);
}

function chooseExpiry(
  books: Readonly<Books>,
  actor: Actor,
  wish: { createdAt: number; expiresInSeconds: number | undefined },
): number | null {
  const latest = (actor.token === undefined ? undefined : books.tokens.get(actor.token)?.expiresAt) ?? null;
  if (wish.expiresInSeconds === undefined) return latest;
  const asked = wish.createdAt + wish.expiresInSeconds * 1000;
  if (latest === null || asked <= latest) return asked;
  throw fieldProblem(
    'expiresInSeconds',
    `your own token expires at ${renderInstant(latest)}, and what it makes cannot outlive it`,
  );
}

function viewToken(token: Token): TokenResource {
  const { id, user, label, scopes, createdAt, expiresAt, lastUsedAt } = token;
  const times = {
    createdAt: renderInstant(createdAt),
    expiresAt: instantOrNull(expiresAt),
    lastUsedAt: instantOrNull(lastUsedAt),
  };
  return { id, user, label, scopes: [...scopes], ...times };
}

function instantOrNull(ms: number | null): string | null {
  return ms === null ? null : renderInstant(ms);
}
