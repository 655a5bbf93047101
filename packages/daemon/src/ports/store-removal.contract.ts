import { expect, test } from 'vitest';
import type { Store } from './store.ts';
import {
  answerPut,
  appPut,
  certificatePut,
  credentialPut,
  eventAdd,
  operationPut,
  releasePut,
  tokenPut,
  userPut,
} from './store-sample.contract.ts';

/** What goes, and what goes along. */
export function describeRemoval(get: () => Store): void {
  test('an app takes its releases with it and leaves its operations and events', async () => {
    await get().commit([appPut({ id: 'a' }), releasePut('a', 1), releasePut('a', 2), operationPut('o'), eventAdd(1)]);
    await get().commit([appPut({ id: 'b' }), releasePut('b', 1)]);
    await get().commit([{ kind: 'app.remove', id: 'a' }]);
    expect((await get().load()).apps.map(({ id }) => id)).toEqual(['b']);
    expect(await get().listReleases('a', { limit: 9 })).toEqual([]);
    expect(await get().listReleases('b', { limit: 9 })).toHaveLength(1);
    expect(await get().findOperation('o')).toBeDefined();
    expect(await get().listEvents({ after: 0, limit: 9 })).toHaveLength(1);
  });

  test('a user takes tokens, credentials, certificates and kept answers along: a later one of that name inherits nothing', async () => {
    const of = (name: string) => [
      userPut(name),
      tokenPut(name, name),
      credentialPut(name, 'hub'),
      certificatePut(`of-${name}`, name),
      answerPut(name, 'k'),
    ];
    await get().commit([...of('ada'), ...of('bob')]);
    await get().commit([{ kind: 'user.remove', name: 'ada' }]);
    const { users, tokens, credentials, certificates } = await get().load();
    expect([users.length, tokens.length, credentials.length]).toEqual([1, 1, 1]);
    expect(certificates.map(({ id }) => id)).toEqual(['of-bob']);
    expect(await get().findAnswer('ada', 'k')).toBeUndefined();
    expect(await get().findAnswer('bob', 'k')).toBeDefined();
  });

  test('a token, a certificate and a credential go alone', async () => {
    await get().commit([
      certificatePut('c1', null),
      certificatePut('c2', 'ada'),
      tokenPut('t1', 'ada'),
      tokenPut('t2', 'ada'),
      credentialPut('ada', 'one'),
      credentialPut('bob', 'one'),
    ]);
    await get().commit([
      { kind: 'token.remove', id: 't1' },
      { kind: 'certificate.remove', id: 'c2' },
      { kind: 'credential.remove', owner: 'ada', name: 'one' },
    ]);
    const { tokens, credentials, certificates } = await get().load();
    expect(certificates.map(({ id }) => id)).toEqual(['c1']);
    expect(tokens.map(({ id }) => id)).toEqual(['t2']);
    expect(credentials.map(({ owner }) => owner)).toEqual(['bob']);
  });

  test('to remove what is not there is well', async () => {
    await get().commit([
      { kind: 'app.remove', id: 'none' },
      { kind: 'user.remove', name: 'none' },
      { kind: 'token.remove', id: 'none' },
      { kind: 'certificate.remove', id: 'none' },
      { kind: 'credential.remove', owner: 'none', name: 'none' },
    ]);
  });
}
