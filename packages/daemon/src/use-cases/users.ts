import type { User as UserResource, UserDetail, UserRequest } from '@berth/spec/access';
import { renderInstant } from '@berth/spec/instant';
import { UserName } from '@berth/spec/name';
import { Problem } from '@berth/spec/problem';
import type { QuotaRequest } from '@berth/spec/quota';
import type { User } from '../core/access.ts';
import type { Books } from '../core/books.ts';
import type { Change } from '../core/change.ts';
import { parsePart } from '../core/parse-part.ts';
import { noQuota, quotaOf, quotaUse } from '../core/quota.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import type { Context } from './context.ts';

/** All users for administrators, for others themselves. */
export function listUsers(context: Context, actor: Actor): UserResource[] {
  authorize(actor, { scope: 'read', owner: actor.user });
  const visible = visibleOwner(actor);
  const users = [...context.ledger.books.users.values()].filter((user) => visible === null || user.name === visible);
  return users.toSorted((one, other) => (one.name < other.name ? -1 : 1)).map(viewUser);
}

/** One user, with what the apps come to and may come to; others than administrators read themselves. */
export function showUser({ ledger: { books }, policy }: Context, actor: Actor, name: string): UserDetail {
  const hidden = noSuchUser(name);
  authorize(actor, { scope: 'read', owner: name }, hidden);
  const user = books.users.get(name);
  if (user === undefined) throw hidden;
  const quota = quotaOf(books, policy.quotas, name);
  const ownQuota = books.shelves.quota.get(name)?.quota ?? {};
  return { ...viewUser(user), quota, ownQuota, use: quotaUse(books, policy.quotas, { user: name }) };
}

interface UserWish extends UserRequest {
  readonly name: string;
}

/** Makes a user, or changes the role or the quota of one. What is not said stays. */
export async function putUser(
  context: Context,
  actor: Actor,
  wish: UserWish,
): Promise<{ user: UserResource; created: boolean }> {
  authorize(actor, { scope: 'admin', owner: null });
  const name = parsePart(UserName, wish.name, 'name');
  return context.ledger.write((books) => {
    const before = books.users.get(name);
    const { role = before?.role ?? 'user', quota } = wish;
    if (role !== 'admin') requireOtherAdministrator(books, name);
    const user: User = { name, role, createdAt: before?.createdAt ?? context.clock.now() };
    const changes: Change[] = [{ kind: 'user.put', user }, ...(quota === undefined ? [] : [quotaChange(name, quota)])];
    return { changes, result: { user: viewUser(user), created: before === undefined } };
  });
}

function quotaChange(user: string, wish: QuotaRequest | null): Change {
  const quota = wish ?? noQuota;
  return Object.keys(quota).length === 0
    ? { kind: 'shelf.remove', shelf: 'quota', key: user }
    : { kind: 'shelf.put', item: { shelf: 'quota', key: user, record: { user, quota } } };
}

/**
 * A user that an older API names: made at the first call, without any way in of its own. Throws `validation-failed` for what
 * cannot be a user's name.
 */
export async function ensureUser(context: Context, name: string): Promise<void> {
  if (context.ledger.books.users.has(name)) return;
  const valid = parsePart(UserName, name, 'user');
  await context.ledger.write((books) => {
    if (books.users.has(valid)) return { changes: [], result: undefined };
    const user: User = { name: valid, role: 'user', createdAt: context.clock.now() };
    return { changes: [{ kind: 'user.put', user }], result: undefined };
  });
}

/** Removes a user who has no apps, with all tokens and credentials. */
export async function removeUser(context: Context, actor: Actor, name: string): Promise<void> {
  authorize(actor, { scope: 'admin', owner: null });
  return context.ledger.write((books) => {
    if (!books.users.has(name)) throw noSuchUser(name);
    requireOtherAdministrator(books, name);
    requireNoApps(books, name);
    return { changes: [...removedAccess(books, name), { kind: 'user.remove', name }], result: undefined };
  });
}

function requireOtherAdministrator(books: Readonly<Books>, name: string): void {
  const administrators = [...books.users.values()].filter((user) => user.role === 'admin');
  if (administrators.length !== 1 || administrators[0]?.name !== name) return;
  throw new Problem('still-in-use', `"${name}" is the last administrator; make another user an administrator first.`);
}

function requireNoApps(books: Readonly<Books>, name: string): void {
  const apps = [...books.apps.values()].filter((app) => app.owner === name).map((app) => app.name);
  if (apps.length === 0) return;
  const some = apps.toSorted().slice(0, 5).join(', ');
  throw new Problem('still-in-use', `"${name}" has ${apps.length} apps, such as ${some}; remove them first.`);
}

function removedAccess(books: Readonly<Books>, name: string): Change[] {
  const tokens = [...books.tokens.values()].filter((token) => token.user === name);
  const credentials = [...books.credentials.values()].filter((credential) => credential.owner === name);
  const uploads = [...books.shelves.upload.values()].filter(({ owner }) => owner === name);
  return [
    { kind: 'shelf.remove', shelf: 'quota', key: name },
    ...uploads.map(({ id }): Change => ({ kind: 'shelf.remove', shelf: 'upload', key: id })),
    ...tokens.map(({ id }): Change => ({ kind: 'token.remove', id })),
    ...credentials.map(
      ({ owner, name: credential }): Change => ({ kind: 'credential.remove', owner, name: credential }),
    ),
  ];
}

function noSuchUser(name: string): Problem {
  return new Problem('user-not-found', `There is no user "${name}"; GET /v1/users lists them.`);
}

function viewUser({ name, role, createdAt }: User): UserResource {
  return { name, role, createdAt: renderInstant(createdAt) };
}
