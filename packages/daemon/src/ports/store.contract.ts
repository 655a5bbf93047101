import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Change } from '../core/change.ts';
import type { Snapshot, Store } from './store.ts';
import { anyRecords, type Records } from './store-record.contract.ts';
import { describePruning } from './store-pruning.contract.ts';
import { describeReading } from './store-reading.contract.ts';
import { describeRemoval } from './store-removal.contract.ts';
import { describeShelves } from './store-shelf.contract.ts';
import { describeUptime } from './store-uptime.contract.ts';
import { answerPut, appPut, domainAt, eventAdd, operationPut, releasePut } from './store-sample.contract.ts';

/** Where a store under test lies: it can be opened again and again, one opening at a time. */
export interface StorePlace {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

/** What every store promises. Each test gets an empty place of its own. */
export function describeStore(name: string, makePlace: () => Promise<StorePlace>): void {
  describe(name, () => {
    let place: StorePlace;
    let store: Store;
    beforeEach(async () => {
      place = await makePlace();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    const reopen = async (): Promise<Store> => {
      await store.close();
      store = await place.open();
      return store;
    };

    describeKeeping(() => store, reopen);
    describeRecords(() => store, makePlace);
    describeCommit(() => store, reopen);
    describeAddresses(() => store);
    describeRemoval(() => store);
    describeReading(() => store);
    describePruning(() => store);
    describeUptime(() => store, reopen);
    describeShelves(() => store, reopen);
  });
}

type Get = () => Store;
type Reopen = () => Promise<Store>;

function describeKeeping(get: Get, reopen: Reopen): void {
  test('a store is fresh at its first opening only', async () => {
    expect(get().fresh).toBe(true);
    expect((await reopen()).fresh).toBe(false);
  });

  test('an empty store has nothing in it', async () => {
    expect(await get().load()).toEqual(emptySnapshot);
    expect(await get().listEvents({ after: 0, limit: 10 })).toEqual([]);
    expect(await get().findOperation('none')).toBeUndefined();
    expect(await get().findRelease('none', 1)).toBeUndefined();
    expect(await get().findAnswer('none', 'none')).toBeUndefined();
  });
}

function describeRecords(get: Get, makePlace: () => Promise<StorePlace>): void {
  test('every record comes back as it was written, also after the store was closed', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords, (records) => keepRecords(records, makePlace)),
      { numRuns: 60 },
    );
  });

  test('half of a surrogate pair in a text is kept as it is', async () => {
    const add = eventAdd(1, { detail: 'broken \ud83d emoji' });
    await get().commit([add]);
    expect(await get().listEvents({ after: 0, limit: 1 })).toEqual([add.event]);
  });

  test('a later write of a record takes the place of the earlier one', async () => {
    const puts = [appPut({ id: 'a' }), releasePut('a', 1, 'pending'), operationPut('o'), answerPut('ada', 'k')];
    await get().commit(puts);
    const later = [
      appPut({ id: 'a', name: 'renamed' }),
      releasePut('a', 1, 'failed'),
      operationPut('o', { phase: 'probing' }),
    ] as const;
    await get().commit([...later, answerPut('ada', 'k', { status: 409 })]);
    const snapshot = await get().load();
    expect(snapshot.apps).toEqual([later[0].app]);
    expect(snapshot.releases).toEqual([later[1].release]);
    expect(snapshot.operations).toEqual([later[2].operation]);
    expect(await get().findAnswer('ada', 'k')).toMatchObject({ status: 409 });
  });
}

function describeCommit(get: Get, reopen: Reopen): void {
  test('a commit of nothing is well', async () => {
    await get().commit([]);
    expect(await get().load()).toEqual(emptySnapshot);
  });

  test('a change that fails takes all others of its commit with it, wherever it stands', {
    timeout: 60_000,
  }, async () => {
    await get().commit([appPut({ id: 'first', name: 'taken' }), eventAdd(Number.MAX_SAFE_INTEGER)]);
    const before = await get().load();
    const failing = fc.constantFrom<Change>(appPut({ id: 'second', name: 'taken' }), eventAdd(Number.MAX_SAFE_INTEGER));
    await fc.assert(
      fc.asyncProperty(anyRecords, failing, fc.nat(), async (records, change, at) => {
        const changes = [...putAll(records), appPut({ id: 'first', name: 'taken', version: 99 })];
        await expect(get().commit(changes.toSpliced(at % (changes.length + 1), 0, change))).rejects.toThrow();
        expect(await get().load()).toEqual(before);
      }),
      { numRuns: 50 },
    );
    expect(await (await reopen()).load()).toEqual(before);
  });

  test('commits at the same time all come through, and one that fails takes no other with it', async () => {
    await get().commit([appPut({ id: 'a', name: 'taken' })]);
    const ids = Array.from({ length: 50 }, (_, index) => index + 1);
    const commits = ids.map((id) =>
      get().commit(id === 25 ? [eventAdd(id), appPut({ id: 'b', name: 'taken' })] : [eventAdd(id)]),
    );
    const outcomes = (await Promise.allSettled(commits)).map(({ status }) => status);
    expect(outcomes).toEqual(ids.map((id) => (id === 25 ? 'rejected' : 'fulfilled')));
    const events = await (await reopen()).listEvents({ after: 0, limit: 100 });
    expect(events.map(({ id }) => id)).toEqual(ids.filter((id) => id !== 25));
  });

  test('an event is never written over', async () => {
    await get().commit([eventAdd(1, { detail: 'first' })]);
    await expect(get().commit([eventAdd(1, { detail: 'second' })])).rejects.toMatchObject({ code: 'internal' });
    expect(await get().listEvents({ after: 0, limit: 9 })).toMatchObject([{ detail: 'first' }]);
  });

  test('a commit that waits when the store is closed is still written', async () => {
    const store = get();
    const outcome = store.commit([eventAdd(1)]);
    await store.close();
    await outcome;
    expect((await (await reopen()).load()).lastEventId).toBe(1);
  });

  test('a closed store takes no commit, and closing it again is well', async () => {
    const store = get();
    await store.close();
    await expect(store.commit([eventAdd(1)])).rejects.toMatchObject({ code: 'shutting-down' });
    await store.close();
  });
}

function describeAddresses(get: Get): void {
  test('a name serves one app only', async () => {
    await get().commit([appPut({ id: 'a', name: 'blog' })]);
    const outcome = get().commit([appPut({ id: 'b', name: 'blog' })]);
    await expect(outcome).rejects.toMatchObject({ code: 'name-taken', facts: { app: 'blog' } });
  });

  test('a name is free again once its app is gone or renamed, even within one commit', async () => {
    await get().commit([appPut({ id: 'a', name: 'blog' })]);
    await get().commit([appPut({ id: 'a', name: 'old' }), appPut({ id: 'b', name: 'blog' })]);
    await get().commit([{ kind: 'app.remove', id: 'b' }, appPut({ id: 'c', name: 'blog' })]);
    expect((await get().load()).apps.map(({ name }) => name).toSorted()).toEqual(['blog', 'old']);
  });

  test('a host and path prefix lead to one app only', async () => {
    await get().commit([appPut({ id: 'a', domains: [domainAt('www.example.org')] })]);
    const outcome = get().commit([
      appPut({ id: 'b', domains: [domainAt('x.example.org'), domainAt('www.example.org')] }),
    ]);
    const facts = { host: 'www.example.org', pathPrefix: '/' };
    await expect(outcome).rejects.toMatchObject({ code: 'domain-taken', facts });
    await get().commit([appPut({ id: 'c', domains: [domainAt('x.example.org')] })]);
  });

  test('apps may share a host under different prefixes', async () => {
    await get().commit([
      appPut({ id: 'a', domains: [domainAt('example.org'), domainAt('example.org', '/a')] }),
      appPut({ id: 'b', domains: [domainAt('example.org', '/b')] }),
    ]);
    expect((await get().load()).apps).toHaveLength(2);
  });

  test('an app does not hold one address twice', async () => {
    const twice = [domainAt('example.org'), { ...domainAt('example.org'), stripPrefix: true }];
    await expect(get().commit([appPut({ id: 'a', domains: twice })])).rejects.toMatchObject({ code: 'domain-taken' });
  });

  test('an address is free again once its app gave it up, even within one commit', async () => {
    await get().commit([appPut({ id: 'a', domains: [domainAt('one.org'), domainAt('two.org')] })]);
    await get().commit([
      appPut({ id: 'a', domains: [domainAt('two.org')] }),
      appPut({ id: 'b', domains: [domainAt('one.org')] }),
    ]);
    await get().commit([{ kind: 'app.remove', id: 'a' }, appPut({ id: 'c', domains: [domainAt('two.org')] })]);
    await expect(get().commit([appPut({ id: 'd', domains: [domainAt('two.org')] })])).rejects.toThrow();
  });
}

const emptySnapshot: Snapshot = {
  apps: [],
  releases: [],
  operations: [],
  users: [],
  tokens: [],
  credentials: [],
  certificates: [],
  authorities: [],
  shelfItems: [],
  firstEventId: 0,
  lastEventId: 0,
};

function putAll(records: Records): Change[] {
  return [
    { kind: 'app.put', app: records.app },
    { kind: 'release.put', release: records.release },
    { kind: 'operation.put', operation: records.operation },
    { kind: 'event.add', event: records.event },
    { kind: 'user.put', user: records.user },
    { kind: 'token.put', token: records.token },
    { kind: 'credential.put', credential: records.credential },
    { kind: 'certificate.put', certificate: records.certificate },
    { kind: 'authority.put', authority: records.authority },
    { kind: 'shelf.put', item: records.shelfItem },
    { kind: 'answer.put', answer: records.answer },
  ];
}

async function keepRecords(records: Records, makePlace: () => Promise<StorePlace>): Promise<void> {
  const place = await makePlace();
  const writing = await place.open();
  await writing.commit(putAll(records));
  await expectAll(writing, records);
  await writing.close();
  const reading = await place.open();
  await expectAll(reading, records);
  await reading.close();
  await place.remove();
}

async function expectAll(store: Store, records: Records): Promise<void> {
  const { app, release, operation, event, answer } = records;
  const { apps, users, tokens, credentials, certificates, authorities, shelfItems } = await store.load();
  expect({ apps, users, tokens, credentials, certificates, authorities, shelfItems }).toEqual({
    apps: [app],
    users: [records.user],
    tokens: [records.token],
    credentials: [records.credential],
    certificates: [records.certificate],
    authorities: [records.authority],
    shelfItems: [records.shelfItem],
  });
  expect(await store.findRelease(release.appId, release.number)).toEqual(release);
  expect(await store.findOperation(operation.id)).toEqual(operation);
  expect(await store.listEvents({ after: event.id - 1, limit: 1 })).toEqual([event]);
  expect(await store.findAnswer(answer.user, answer.key)).toEqual(answer);
}
