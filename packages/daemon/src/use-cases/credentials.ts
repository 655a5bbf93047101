import type { Credential as CredentialResource, CredentialRequest } from '@berth/spec/access';
import { renderInstant } from '@berth/spec/instant';
import { ShortName } from '@berth/spec/name';
import { fieldProblem, Problem } from '@berth/spec/problem';
import type { Credential } from '../core/access.ts';
import { type Books, credentialKey, releasesOf } from '../core/books.ts';
import { parsePart } from '../core/parse-part.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import type { Context } from './context.ts';

/** Which credential; `owner` is the caller unless an administrator names another. */
export interface CredentialPlace {
  readonly name: string;
  readonly owner?: string | undefined;
}

/** All registry credentials for administrators, for others their own; without their passwords. */
export function listCredentials(context: Context, actor: Actor): CredentialResource[] {
  authorize(actor, { scope: 'read', owner: actor.user });
  const visible = visibleOwner(actor);
  const credentials = [...context.ledger.books.credentials.values()].filter(
    ({ owner }) => visible === null || owner === visible,
  );
  return credentials.toSorted((one, other) => (credentialKey(one) < credentialKey(other) ? -1 : 1)).map(viewCredential);
}

/** Keeps a registry credential; releases name it, and the next pull uses what it holds then. */
export async function putCredential(
  context: Context,
  actor: Actor,
  wish: CredentialPlace & { readonly request: CredentialRequest },
): Promise<{ credential: CredentialResource; created: boolean }> {
  const owner = wish.owner ?? actor.user;
  authorize(actor, { scope: 'deploy', owner });
  const name = parsePart(ShortName, wish.name, 'name');
  return context.ledger.write((books) => {
    if (!books.users.has(owner)) throw fieldProblem('owner', `there is no user "${owner}"`);
    const before = books.credentials.get(credentialKey({ owner, name }));
    const { registry, username, password } = wish.request;
    const credential: Credential = {
      name,
      owner,
      registry,
      username,
      password,
      createdAt: before?.createdAt ?? context.clock.now(),
    };
    return {
      changes: [{ kind: 'credential.put', credential }],
      result: { credential: viewCredential(credential), created: before === undefined },
    };
  });
}

/** Forgets a credential that no current release names. */
export function removeCredential(context: Context, actor: Actor, place: CredentialPlace): Promise<void> {
  const { name, owner = actor.user } = place;
  const hidden = new Problem(
    'credential-not-found',
    `There is no credential "${name}"; GET /v1/credentials lists yours.`,
  );
  return context.ledger.write((books) => {
    authorize(actor, { scope: 'deploy', owner }, hidden);
    if (!books.credentials.has(credentialKey({ owner, name }))) throw hidden;
    requireUnused(books, { name, owner });
    return { changes: [{ kind: 'credential.remove', owner, name }], result: undefined };
  });
}

function requireUnused(books: Readonly<Books>, { name, owner }: { name: string; owner: string }): void {
  const user = [...books.apps.values()].find((app) => {
    const current = [app.serving?.release, app.target?.release].map((number) =>
      releasesOf(books, app.id).get(number ?? 0),
    );
    return app.owner === owner && current.some((release) => release?.spec.registryCredential === name);
  });
  if (user !== undefined)
    throw new Problem(
      'still-in-use',
      `The app "${user.name}" pulls with "${name}"; deploy it without, or remove it, first.`,
    );
}

function viewCredential({ name, owner, registry, username, createdAt }: Credential): CredentialResource {
  return { name, owner, registry, username, createdAt: renderInstant(createdAt) };
}
