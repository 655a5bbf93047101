import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authenticate } from './authenticate.ts';
import { ensureAdministrator } from './setup.ts';
import { ada, bob, openTestContext, root, type TestContext } from './test-context.contract.ts';
import { createToken, listTokens, removeToken } from './tokens.ts';
import { putUser, removeUser } from './users.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(() => context.close());

const plain = { label: 'ci', scopes: ['read', 'deploy'] } as const;
const make = (request: { expiresInSeconds?: number } = {}) =>
  createToken(context, ada, { ...plain, scopes: [...plain.scopes], ...request });
const refused = (message: string) =>
  expect.objectContaining({ code: 'unauthenticated', message: expect.stringContaining(message) as string }) as Error;

describe('a token', () => {
  test('says who its holder is and what they may do', async () => {
    const { secret, id } = await make();
    expect(secret).toMatch(new RegExp(`^berth_${id}_[A-Za-z0-9_-]{43}$`));
    expect(authenticate(context, secret)).toEqual({ user: 'ada', role: 'user', scopes: ['read', 'deploy'], token: id });
  });

  test('still does after a restart, though its secret is kept nowhere', async () => {
    const { secret } = await make();
    await context.store.close();
    const again = await context.reopen();
    expect(authenticate(again, secret)).toMatchObject({ user: 'ada' });
    expect(JSON.stringify(await again.store.load())).not.toContain(secret.slice(-43));
    await again.store.close();
  });

  test.each([
    ['none at all', () => undefined, 'Send a token'],
    ['an empty one', () => '', 'not known'],
    ['a made-up one', () => 'berth_id-1_abc', 'not known'],
    ['one with another end', (secret: string) => `${secret}x`, 'not known'],
    ['one without its end', (secret: string) => secret.slice(0, -1), 'not known'],
    ['one in other letters', (secret: string) => secret.toUpperCase(), 'not known'],
    ['a very long one', (secret: string) => secret.repeat(10_000), 'not known'],
  ])('is needed: %s is refused', async (_, change, message) => {
    const { secret } = await make();
    expect(() => authenticate(context, change(secret))).toThrow(refused(message));
  });

  test('that has expired is refused, and says when it did', async () => {
    const { secret } = await make({ expiresInSeconds: 60 });
    context.clock.advance(59_999);
    authenticate(context, secret);
    context.clock.advance(1);
    expect(() => authenticate(context, secret)).toThrow(refused('expired at 2026-11-20T12:01:00.000Z'));
  });

  test('that was removed is refused at once', async () => {
    const { secret, id } = await make();
    await removeToken(context, ada, id);
    expect(() => authenticate(context, secret)).toThrow(refused('not known'));
  });

  test('ends with its user, and one of a later user of that name does not bring it back', async () => {
    const { secret } = await make();
    await removeUser(context, root, 'ada');
    expect(() => authenticate(context, secret)).toThrow(refused('not known'));
    await putUser(context, root, { name: 'ada', role: 'user' });
    expect(() => authenticate(context, secret)).toThrow(refused('not known'));
  });

  test('has the role that its user has now', async () => {
    const { secret } = await make();
    await putUser(context, root, { name: 'ada', role: 'admin' });
    expect(authenticate(context, secret).role).toBe('admin');
  });

  test('is noted as used, at most once a minute', async () => {
    const { secret } = await make();
    const used = () => listTokens(context, ada)[0]?.lastUsedAt;
    expect(used()).toBeNull();
    authenticate(context, secret);
    await context.ledger.write(() => ({ changes: [], result: null }));
    const first = used();
    const { revision } = context.ledger;
    context.clock.advance(59_000);
    for (let count = 0; count < 100; count += 1) authenticate(context, secret);
    await context.ledger.write(() => ({ changes: [], result: null }));
    expect([used(), context.ledger.revision]).toEqual([first, revision]);
    context.clock.advance(1_000);
    for (let count = 0; count < 100; count += 1) authenticate(context, secret);
    await context.ledger.write(() => ({ changes: [], result: null }));
    expect([used(), context.ledger.revision]).toEqual(['2026-11-20T12:01:00.000Z', revision + 1]);
  });

  test('is good even when its use cannot be noted', async () => {
    const { secret } = await make();
    await context.store.close();
    expect(authenticate(context, secret)).toMatchObject({ user: 'ada' });
  });
});

describe('to make a token', () => {
  test('gives no more than one has oneself', async () => {
    const request = { label: '', scopes: ['read' as const, 'exec' as const] };
    const made = createToken(context, { ...ada, scopes: ['read'] }, request);
    await expect(made).rejects.toMatchObject({ code: 'validation-failed', facts: { errors: [{ field: 'scopes' }] } });
    await expect(createToken(context, root, { user: 'ada', label: '', scopes: ['admin'] })).rejects.toMatchObject({
      facts: { errors: [{ field: 'scopes' }] },
    });
    await expect(createToken(context, root, { user: 'nobody', label: '', scopes: ['read'] })).rejects.toMatchObject({
      facts: { errors: [{ field: 'user' }] },
    });
  });

  test('gives nothing that outlives the token it is made with', async () => {
    const { secret } = await make({ expiresInSeconds: 3600 });
    const actor = authenticate(context, secret);
    const longer = createToken(context, actor, { label: '', scopes: ['read'], expiresInSeconds: 3601 });
    await expect(longer).rejects.toMatchObject({ facts: { errors: [{ field: 'expiresInSeconds' }] } });
    expect(await createToken(context, actor, { label: '', scopes: ['read'] })).toMatchObject({
      expiresAt: '2026-11-20T13:00:00.000Z',
    });
    expect(await createToken(context, actor, { label: '', scopes: ['read'], expiresInSeconds: 60 })).toMatchObject({
      expiresAt: '2026-11-20T12:01:00.000Z',
    });
  });

  test('shows its secret once: no list has it', async () => {
    const { secret, ...token } = await make();
    await createToken(context, bob, { label: '', scopes: ['read'] });
    expect(listTokens(context, ada)).toEqual([token]);
    expect(listTokens(context, root)).toHaveLength(2);
    expect(JSON.stringify(listTokens(context, root))).not.toContain(secret.slice(-43));
  });
});

describe('the first administrator', () => {
  test('comes with the first start, and never again', async () => {
    await context.ledger.write(() => ({
      changes: ['root', 'ada', 'bob'].map((name) => ({ kind: 'user.remove', name })),
      result: null,
    }));
    const secret = await ensureAdministrator(context);
    const actor = authenticate(context, secret ?? '');
    expect(actor).toMatchObject({
      user: 'admin',
      role: 'admin',
      scopes: ['read', 'deploy', 'operate', 'exec', 'admin'],
    });
    expect(await ensureAdministrator(context)).toBeNull();
    expect(await putUser(context, actor, { name: 'eve', role: 'user' })).toMatchObject({ created: true });
  });

  test('gets a new token when the last one that can administer is gone', async () => {
    const secret = await ensureAdministrator(context);
    const actor = authenticate(context, secret ?? '');
    expect(actor.user).toBe('root');
    await removeToken(context, actor, actor.token ?? '');
    await createToken(context, ada, { label: '', scopes: ['read'] });
    expect(authenticate(context, (await ensureAdministrator(context)) ?? '')).toMatchObject({
      user: 'root',
      role: 'admin',
    });
  });

  test('gets a new token when all others that can administer have expired', async () => {
    await createToken(context, root, { label: '', scopes: ['admin'], expiresInSeconds: 60 });
    expect(await ensureAdministrator(context)).toBeNull();
    context.clock.advance(60_000);
    expect(await ensureAdministrator(context)).not.toBeNull();
  });

  test('comes twice from no two starts at once', async () => {
    const secrets = await Promise.all([ensureAdministrator(context), ensureAdministrator(context)]);
    expect(secrets.filter((secret) => secret !== null)).toHaveLength(1);
  });
});
