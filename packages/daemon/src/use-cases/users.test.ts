import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listCredentials, putCredential, removeCredential } from './credentials.ts';
import { abandon, deploy, deployed } from './test-app.contract.ts';
import { ada, bob, openTestContext, root, type TestContext } from './test-context.contract.ts';
import { createToken } from './tokens.ts';
import { ensureUser, listUsers, putUser, removeUser } from './users.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(() => context.close());

const request = { registry: 'registry.example.org:5000', username: 'ci', password: 'very secret' };

describe('a user', () => {
  test('is made, and may be given another role', async () => {
    expect(await putUser(context, root, { name: 'eve', role: 'user' })).toMatchObject({
      created: true,
      user: { name: 'eve', role: 'user' },
    });
    context.clock.advance(1000);
    expect(await putUser(context, root, { name: 'eve', role: 'admin' })).toMatchObject({
      created: false,
      user: { name: 'eve', role: 'admin', createdAt: '2026-11-20T12:00:00.000Z' },
    });
    expect(listUsers(context, root).map(({ name }) => name)).toEqual(['ada', 'bob', 'eve', 'root']);
  });

  test('that an older API names is made once, and has no way in of its own', async () => {
    await Promise.all([ensureUser(context, 'sarah'), ensureUser(context, 'sarah'), ensureUser(context, 'ada')]);
    expect(context.ledger.books.users.get('sarah')).toMatchObject({ role: 'user' });
    expect([...context.ledger.books.tokens.values()].some(({ user }) => user === 'sarah')).toBe(false);
    await expect(ensureUser(context, '../eve')).rejects.toMatchObject({ code: 'validation-failed' });
  });

  test('has a name that can stand in paths and labels', async () => {
    for (const name of ['', 'Eve', '../eve', 'eve\n', 'a'.repeat(65)]) {
      await expect(putUser(context, root, { name, role: 'user' })).rejects.toMatchObject({
        code: 'validation-failed',
        message: expect.stringMatching(/^name: /) as string,
      });
    }
  });

  test('goes with all tokens and credentials, and leaves those of others', async () => {
    await Promise.all([ada, bob].map((actor) => createToken(context, actor, { label: '', scopes: ['read'] })));
    await Promise.all([ada, bob].map((actor) => putCredential(context, actor, { name: 'hub', request })));
    await removeUser(context, root, 'ada');
    const { users, tokens, credentials } = context.ledger.books;
    expect([...users.keys(), ...[...tokens.values()].map(({ user }) => user), ...credentials.keys()]).toEqual([
      'root',
      'bob',
      'bob',
      'bob/hub',
    ]);
    const kept = await context.store.load();
    expect([kept.users.length, kept.tokens.length, kept.credentials.length]).toEqual([2, 1, 1]);
  });

  test('who has apps cannot go', async () => {
    await deploy(context, ada, 'blog');
    await expect(removeUser(context, root, 'ada')).rejects.toMatchObject({
      code: 'still-in-use',
      message: expect.stringContaining('blog') as string,
    });
    await expect(removeUser(context, root, 'nobody')).rejects.toMatchObject({ code: 'user-not-found' });
  });

  test('who is the last administrator can neither go nor become an ordinary one', async () => {
    await expect(removeUser(context, root, 'root')).rejects.toMatchObject({ code: 'still-in-use' });
    await expect(putUser(context, root, { name: 'root', role: 'user' })).rejects.toMatchObject({
      code: 'still-in-use',
    });
    await putUser(context, root, { name: 'eve', role: 'admin' });
    await removeUser(context, root, 'root');
    expect(listUsers(context, { ...root, user: 'eve' }).map(({ name }) => name)).toEqual(['ada', 'bob', 'eve']);
  });

  test('of two administrators who remove each other at once, one stays', async () => {
    await putUser(context, root, { name: 'eve', role: 'admin' });
    const outcomes = await Promise.allSettled([
      removeUser(context, root, 'eve'),
      removeUser(context, { ...root, user: 'eve' }, 'root'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a registry credential', () => {
  test('never gives its password back', async () => {
    const made = await putCredential(context, ada, { name: 'hub', request });
    expect(made).toEqual({
      created: true,
      credential: {
        name: 'hub',
        owner: 'ada',
        registry: 'registry.example.org:5000',
        username: 'ci',
        createdAt: '2026-11-20T12:00:00.000Z',
      },
    });
    expect(JSON.stringify(listCredentials(context, root))).not.toContain('very secret');
    expect(context.ledger.books.credentials.get('ada/hub')?.password).toBe('very secret');
  });

  test('can be changed while releases use it', async () => {
    await putCredential(context, ada, { name: 'hub', request });
    await deployed(context, ada, { name: 'blog', registryCredential: 'hub' });
    expect(await putCredential(context, ada, { name: 'hub', request: { ...request, password: 'new' } })).toMatchObject({
      created: false,
    });
  });

  test('is needed by what serves and by what is being rolled out, and by nothing else', async () => {
    await putCredential(context, ada, { name: 'hub', request });
    await putCredential(context, bob, { name: 'hub', request });
    await deploy(context, ada, { name: 'blog', registryCredential: 'hub' });
    await expect(removeCredential(context, ada, { name: 'hub' })).rejects.toMatchObject({
      code: 'still-in-use',
      message: expect.stringContaining('"blog"') as string,
    });
    await removeCredential(context, bob, { name: 'hub' });
    await abandon(context, 'blog');
    await removeCredential(context, ada, { name: 'hub' });
    await expect(removeCredential(context, ada, { name: 'hub' })).rejects.toMatchObject({
      code: 'credential-not-found',
    });
  });

  test('of another user cannot be used', async () => {
    await putCredential(context, bob, { name: 'hub', request });
    const deployment = deploy(context, ada, { name: 'blog', registryCredential: 'hub' });
    await expect(deployment).rejects.toMatchObject({ facts: { errors: [{ field: 'registryCredential' }] } });
  });

  test('has a plain name and an owner who is there', async () => {
    await expect(putCredential(context, ada, { name: 'no/slash', request })).rejects.toMatchObject({
      facts: { errors: [{ field: 'name' }] },
    });
    await expect(putCredential(context, root, { name: 'hub', owner: 'nobody', request })).rejects.toMatchObject({
      facts: { errors: [{ field: 'owner' }] },
    });
  });
});
