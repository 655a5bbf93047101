import type { Credential, Token, User } from './access.ts';
import type { App, Release } from './app.ts';
import type { Authority, Certificate } from './certificate.ts';
import type { Change } from './change.ts';
import type { Operation } from './operation.ts';
import { routeKey } from './route-table.ts';
import { emptyShelves, type ShelfName, type Shelves } from './shelf.ts';

/** The wish, in memory: what the store holds and running code reads. */
export interface Books {
  readonly apps: Map<string, App>;
  readonly appIds: Map<string, string>;
  /** Of each app: releases by number; at least the target, the serving and the newest. */
  readonly releases: Map<string, Map<number, Release>>;
  /** Host and path prefix → app id. */
  readonly domains: Map<string, string>;
  /** Those under way, by app id: at most one each. */
  readonly operations: Map<string, Operation>;
  readonly users: Map<string, User>;
  readonly tokens: Map<string, Token>;
  readonly tokensByHash: Map<string, Token>;
  /** By `owner/name`. */
  readonly credentials: Map<string, Credential>;
  readonly certificates: Map<string, Certificate>;
  /** By the URL of the directory. */
  readonly authorities: Map<string, Authority>;
  readonly shelves: Shelves;
}

export function emptyBooks(): Books {
  return {
    apps: new Map(),
    appIds: new Map(),
    releases: new Map(),
    domains: new Map(),
    operations: new Map(),
    users: new Map(),
    tokens: new Map(),
    tokensByHash: new Map(),
    credentials: new Map(),
    certificates: new Map(),
    authorities: new Map(),
    shelves: emptyShelves(),
  };
}

type Undo = () => void;

type Writers = { [Kind in Change['kind']]: (books: Books, change: Extract<Change, { kind: Kind }>) => Undo };

/** Events, kept answers and uptime are read from the store alone. */
const writers: Writers = {
  'app.put': (books, { app }) => putApp(books, app),
  'app.remove': (books, { id }) => removeApp(books, id),
  'release.put': (books, { release }) => putRelease(books, release),
  'operation.put': (books, { operation }) => putOperation(books, operation),
  'user.put': (books, { user }) => set(books.users, user.name, user),
  'user.remove': (books, { name }) => removeUser(books, name),
  'token.put': (books, { token }) =>
    both(set(books.tokens, token.id, token), set(books.tokensByHash, token.hash, token)),
  'token.remove': (books, { id }) => removeToken(books, id),
  'credential.put': (books, { credential }) => set(books.credentials, credentialKey(credential), credential),
  'credential.remove': (books, change) => set(books.credentials, credentialKey(change), undefined),
  'certificate.put': (books, { certificate }) => set(books.certificates, certificate.id, certificate),
  'certificate.remove': (books, { id }) => set(books.certificates, id, undefined),
  'authority.put': (books, { authority }) => set(books.authorities, authority.directory, authority),
  'shelf.put': (books, { item }) => set(shelfOf(books, item.shelf), item.key, item.record),
  'shelf.remove': (books, { shelf, key }) => set(shelfOf(books, shelf), key, undefined),
  'event.add': () => () => {},
  'answer.put': () => () => {},
  'uptime.put': () => () => {},
  'uptime.seen': () => () => {},
};

/** Writes one change into the books; the result takes it back. */
export function applyChange(books: Books, change: Change): Undo {
  const writer = writers[change.kind] as (books: Books, change: Change) => Undo;
  return writer(books, change);
}

export function credentialKey(credential: { readonly owner: string; readonly name: string }): string {
  return `${credential.owner}/${credential.name}`;
}

export function findApp(books: Books, name: string): App | undefined {
  const id = books.appIds.get(name);
  return id === undefined ? undefined : books.apps.get(id);
}

export function releasesOf(books: Books, appId: string): ReadonlyMap<number, Release> {
  return books.releases.get(appId) ?? noReleases;
}

const noReleases: ReadonlyMap<number, Release> = new Map();

function putApp(books: Books, app: App): Undo {
  const before = books.apps.get(app.id);
  const undos = [set(books.apps, app.id, app), set(books.appIds, app.name, app.id)];
  const kept = new Set(app.domains.map(routeKey));
  for (const domain of before?.domains ?? []) {
    if (!kept.has(routeKey(domain))) undos.push(set(books.domains, routeKey(domain), undefined));
  }
  for (const key of kept) undos.push(set(books.domains, key, app.id));
  undos.push(forgetOldReleases(books, app));
  return both(...undos);
}

/** Only releases that a plan may ask for stay in memory. */
function forgetOldReleases(books: Books, app: App): Undo {
  const releases = books.releases.get(app.id);
  if (releases === undefined) return () => {};
  const wanted = new Set([app.target?.release, app.serving?.release, app.lastRelease]);
  const kept = new Map([...releases].filter(([number]) => wanted.has(number)));
  return set(books.releases, app.id, kept);
}

function removeApp(books: Books, id: string): Undo {
  const app = books.apps.get(id);
  if (app === undefined) return () => {};
  const domains = app.domains.map((domain) => set(books.domains, routeKey(domain), undefined));
  return both(
    set(books.apps, id, undefined),
    set(books.appIds, app.name, undefined),
    set(books.releases, id, undefined),
    set(books.operations, id, undefined),
    ...domains,
  );
}

function putRelease(books: Books, release: Release): Undo {
  const before = books.releases.get(release.appId);
  return set(books.releases, release.appId, new Map(before).set(release.number, release));
}

function putOperation(books: Books, operation: Operation): Undo {
  if (operation.state === 'running') return set(books.operations, operation.appId, operation);
  const current = books.operations.get(operation.appId);
  return current?.id === operation.id ? set(books.operations, operation.appId, undefined) : () => {};
}

/** With all that is only the user's, as the store does. */
function removeUser(books: Books, name: string): Undo {
  const tokens = [...books.tokens.values()].filter((token) => token.user === name);
  const credentials = [...books.credentials.values()].filter((credential) => credential.owner === name);
  const certificates = [...books.certificates.values()].filter((certificate) => certificate.owner === name);
  return both(
    set(books.users, name, undefined),
    ...tokens.map((token) => removeToken(books, token.id)),
    ...credentials.map((credential) => set(books.credentials, credentialKey(credential), undefined)),
    ...certificates.map(({ id }) => set(books.certificates, id, undefined)),
  );
}

function removeToken(books: Books, id: string): Undo {
  const token = books.tokens.get(id);
  if (token === undefined) return () => {};
  return both(set(books.tokens, id, undefined), set(books.tokensByHash, token.hash, undefined));
}

function shelfOf(books: Books, name: ShelfName): Map<string, unknown> {
  return books.shelves[name];
}

function set<Key, Value>(map: Map<Key, Value>, key: Key, value: Value | undefined): Undo {
  const had = map.has(key);
  const before = map.get(key);
  if (value === undefined) map.delete(key);
  else map.set(key, value);
  return () => {
    if (had) map.set(key, before as Value);
    else map.delete(key);
  };
}

function both(...undos: readonly Undo[]): Undo {
  return () => {
    for (const undo of undos.toReversed()) undo();
  };
}
