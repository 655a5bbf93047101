import { Readable } from 'node:stream';
import type { Scope } from '@berth/spec/access';
import { isProblem, type Problem } from '@berth/spec/problem';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actOnApp } from './act-on-app.ts';
import type { Actor } from './actor.ts';
import { readFiles, writeFiles } from './copy-files.ts';
import { listCredentials, putCredential, removeCredential } from './credentials.ts';
import { getStatsLines, listContainerLines } from './docker-lines.ts';
import { addDomain, removeDomain } from './domains.ts';
import { listEngines, showEngine } from './engines.ts';
import { followEvents, listEvents } from './events.ts';
import { execInApp } from './exec-in-app.ts';
import { showApp, showInstances, showStatus } from './get-app-view.ts';
import { inspectApp } from './inspect-app.ts';
import { listApps } from './list-apps.ts';
import { listOperations, showOperation } from './operations.ts';
import { patchApp } from './patch-app.ts';
import { readLogs } from './read-logs.ts';
import { listReleases, showRelease } from './releases.ts';
import { removeApp } from './remove-app.ts';
import { listRoutes } from './routes.ts';
import { deploy, deployed } from './test-app.contract.ts';
import { ada, bob, openTestContext, root, type TestContext } from './test-context.contract.ts';
import { createToken, listTokens, removeToken } from './tokens.ts';
import { listUsers, putUser, removeUser } from './users.ts';
import { followStats, readStats } from './watch-stats.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
  await deployed(context, ada, { name: 'blog', domains: [{ host: 'blog.example.org' }] });
});
afterEach(() => context.close());

const { signal } = new AbortController();
const name = 'blog';
const domain = { host: 'new.example.org', pathPrefix: '/', stripPrefix: false };
const request = { registry: 'r.example.org', username: 'ci', password: 'secret' };
const command = { command: ['true'], tty: false, stdin: false };

type Use = (actor: Actor) => unknown;

/** What is done with ada's app, and the scope that it takes. */
const onApp: readonly [string, Scope, Use][] = [
  ['show it', 'read', (actor) => showApp(context, actor, name)],
  ['show its status', 'read', (actor) => showStatus(context, actor, name)],
  ['show its instances', 'read', (actor) => showInstances(context, actor, name)],
  ['list its releases', 'read', (actor) => listReleases(context, actor, { name, limit: 1 })],
  ['show a release', 'read', (actor) => showRelease(context, actor, { name, number: 1 })],
  ['list its operations', 'read', (actor) => listOperations(context, actor, { app: name, limit: 1 })],
  ['list its events', 'read', (actor) => listEvents(context, actor, { app: name, after: 0, limit: 1 })],
  ['follow its events', 'read', (actor) => followEvents(context, actor, { app: name, signal })],
  ['read its logs', 'read', (actor) => readLogs(context, actor, { name, follow: false, signal })],
  ['read its stats', 'read', (actor) => readStats(context, actor, name)],
  ['show it as docker ps', 'read', (actor) => listContainerLines(context, actor, { apps: [name] })],
  ['show its stats as docker stats', 'read', (actor) => getStatsLines(context, actor, { apps: [name] })],
  ['inspect it', 'read', (actor) => inspectApp(context, actor, { name }).catch(accept('instance-not-found'))],
  ['follow its stats', 'read', (actor) => followStats(context, actor, { name, signal })],
  ['change it', 'deploy', (actor) => patchApp(context, actor, { name, patch: { replicas: 2 } })],
  ['remove it', 'deploy', (actor) => removeApp(context, actor, { name, volumes: [] })],
  ['add a domain', 'deploy', (actor) => addDomain(context, actor, { name, domain })],
  [
    'remove a domain',
    'deploy',
    (actor) => removeDomain(context, actor, { name, host: 'blog.example.org', pathPrefix: '/' }),
  ],
  [
    'roll it back',
    'deploy',
    (actor) => actOnApp(context, actor, { name, verb: 'rollback', release: 7 }).catch(accept('release-not-found')),
  ],
  ...(['start', 'stop', 'pause', 'restart', 'kill', 'reset'] as const).map((verb): [string, Scope, Use] => [
    verb,
    'operate',
    (actor) => actOnApp(context, actor, { name, verb }),
  ]),
  ['scale it', 'operate', (actor) => actOnApp(context, actor, { name, verb: 'scale', replicas: 2 })],
  ['run a command', 'exec', (actor) => execInApp(context, actor, { name, ...command }).catch(accept('wrong-state'))],
  ['read a file', 'exec', (actor) => readFiles(context, actor, { name, path: '/etc' }).catch(accept('wrong-state'))],
  [
    'write a file',
    'exec',
    (actor) => writeFiles(context, actor, { name, path: '/etc', tar: Readable.from([]) }).catch(accept('wrong-state')),
  ],
];

/** What is done with nobody's or one's own things, and the scope that it takes. */
const ofOwn: readonly [string, Scope, Use][] = [
  ['list apps', 'read', (actor) => listApps(context, actor, { limit: 1 })],
  ['list operations', 'read', (actor) => listOperations(context, actor, { limit: 1 })],
  ['list events', 'read', (actor) => listEvents(context, actor, { after: 0, limit: 1 })],
  ['list engines', 'read', (actor) => listEngines(context, actor)],
  ['show an engine', 'read', (actor) => showEngine(context, actor, 'local')],
  ['list routes', 'read', (actor) => listRoutes(context, actor)],
  ['list users', 'read', (actor) => listUsers(context, actor)],
  ['list tokens', 'read', (actor) => listTokens(context, actor)],
  ['list credentials', 'read', (actor) => listCredentials(context, actor)],
  ['keep a credential', 'deploy', (actor) => putCredential(context, actor, { name: 'hub', request })],
  ['deploy a new app', 'deploy', (actor) => deploy(context, actor, 'new')],
];

/** What is for administrators. */
const ofAdministrators: readonly [string, Use][] = [
  ['make a user', (actor) => putUser(context, actor, { name: 'eve', role: 'user' })],
  ['remove a user', (actor) => removeUser(context, actor, 'bob')],
  [
    'deploy for somebody else',
    (actor) => deploy(context, actor, { name: 'new', owner: actor.user === 'bob' ? 'ada' : 'bob' }),
  ],
  [
    'make a token for somebody else',
    (actor) => createToken(context, actor, { user: actor.user === 'bob' ? 'ada' : 'bob', label: '', scopes: ['read'] }),
  ],
  [
    'keep a credential for somebody else',
    (actor) => putCredential(context, actor, { name: 'hub', owner: actor.user === 'bob' ? 'ada' : 'bob', request }),
  ],
];

describe('with ada’s app', () => {
  test.each(onApp)('%s: ada may, with the scope %s', async (_, scope, use) => {
    expect(await codeOf(() => use({ ...ada, scopes: [scope] }))).toBeUndefined();
  });

  test.each(onApp)('%s: not without the scope %s, and she is told which she lacks', async (_, scope, use) => {
    const scopes = ada.scopes.filter((one) => one !== scope);
    const problem = await problemOf(() => use({ ...ada, scopes }));
    expect(problem).toMatchObject({ code: 'forbidden', message: expect.stringContaining(`"${scope}"`) as string });
  });

  test.each(onApp)('%s: for bob there is no such app', async (_, __, use) => {
    expect(await codeOf(() => use(bob))).toBe('app-not-found');
  });

  test.each(onApp)('%s: an administrator may', async (_, __, use) => {
    expect(await codeOf(() => use(root))).toBeUndefined();
  });

  test.each(onApp)('%s: an administrator’s token without the scope admin is as a stranger’s', async (_, __, use) => {
    expect(await codeOf(() => use({ ...root, scopes: ada.scopes }))).toBe('app-not-found');
  });

  test.each(onApp)('%s: the scope admin makes no administrator of a user', async (_, __, use) => {
    expect(await codeOf(() => use({ ...bob, scopes: root.scopes }))).toBe('app-not-found');
  });
});

describe('of one’s own', () => {
  test.each(ofOwn)('%s: any user may, with the scope %s', async (_, scope, use) => {
    expect(await codeOf(() => use({ ...bob, scopes: [scope] }))).toBeUndefined();
  });

  test.each(ofOwn)('%s: not without the scope %s', async (_, scope, use) => {
    expect(await codeOf(() => use({ ...bob, scopes: bob.scopes.filter((one) => one !== scope) }))).toBe('forbidden');
  });
});

describe('to administer', () => {
  test.each(ofAdministrators)('%s: an administrator may', async (_, use) => {
    expect(await codeOf(() => use(root))).toBeUndefined();
  });

  test.each(ofAdministrators)('%s: a user may not', async (_, use) => {
    expect(await codeOf(() => use(bob))).toBe('forbidden');
  });

  test.each(ofAdministrators)('%s: an administrator may not, without the scope admin', async (_, use) => {
    expect(await codeOf(() => use({ ...root, scopes: ada.scopes }))).toBe('forbidden');
  });
});

describe('bob does not learn of ada’s things', () => {
  test('her name is taken, and no more is said', async () => {
    expect(await codeOf(() => deploy(context, bob, 'blog'))).toBe('name-taken');
  });

  test('lists hold only what is his', async () => {
    await deployed(context, bob, 'shop');
    expect(listApps(context, bob, { limit: 9 }).items.map((app) => app.name)).toEqual(['shop']);
    expect(listApps(context, bob, { limit: 9, owner: 'ada' }).items).toEqual([]);
    expect(listRoutes(context, bob).map((route) => route.app)).toEqual(['shop']);
    expect(listUsers(context, bob).map((user) => user.name)).toEqual(['bob']);
    const operations = await listOperations(context, bob, { limit: 9 });
    expect(new Set(operations.items.map((operation) => operation.app))).toEqual(new Set(['shop']));
    const events = await listEvents(context, bob, { after: 0, limit: 99 });
    expect(new Set(events.items.map((event) => event.app))).toEqual(new Set(['shop']));
  });

  test('her operations, tokens and credentials are as not there', async () => {
    const [operation] = (await listOperations(context, ada, { limit: 1 })).items;
    const token = await createToken(context, ada, { label: '', scopes: ['read'] });
    await putCredential(context, ada, { name: 'hub', request });
    expect(await codeOf(() => showOperation(context, bob, operation?.id ?? ''))).toBe('operation-not-found');
    expect(await codeOf(() => removeToken(context, bob, token.id))).toBe('token-not-found');
    expect(await codeOf(() => removeCredential(context, bob, { name: 'hub', owner: 'ada' }))).toBe(
      'credential-not-found',
    );
  });
});

async function problemOf(use: () => unknown): Promise<Problem | undefined> {
  try {
    await use();
    return undefined;
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
}

async function codeOf(use: () => unknown): Promise<string | undefined> {
  return (await problemOf(use))?.code;
}

/** Once the caller is let through, there is nothing there: that it is so is another test’s matter. */
function accept(code: string) {
  return (error: unknown): void => {
    if (!isProblem(error) || error.code !== code) throw error;
  };
}
