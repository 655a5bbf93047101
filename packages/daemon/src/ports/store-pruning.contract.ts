import { expect, test } from 'vitest';
import type { Store } from './store.ts';
import { answerPut, appPut, endedPut, eventAdd, operationPut, releasePut } from './store-sample.contract.ts';

const nothing = {
  eventsBeforeMs: 0,
  operationsBeforeMs: 0,
  answersBeforeMs: 0,
  releasesPerApp: 1_000_000,
  uptimeBeforeMs: 0,
  uptimeExactBeforeMs: 0,
};

/** What is dropped with time, and what never is. */
export function describePruning(get: () => Store): void {
  test('pruning drops the events before a time, however many', async () => {
    await get().commit(Array.from({ length: 1300 }, (_, index) => eventAdd(index + 1)));
    await get().prune({ ...nothing, eventsBeforeMs: 1251 });
    expect(await get().load()).toMatchObject({ firstEventId: 1251, lastEventId: 1300 });
    expect(await get().listEvents({ after: 0, limit: 2000 })).toHaveLength(50);
  });

  test('pruning leaves the newest event: ids never start again', async () => {
    await get().commit([eventAdd(41), eventAdd(42)]);
    await get().prune({ ...nothing, eventsBeforeMs: 1_000 });
    expect(await get().load()).toMatchObject({ firstEventId: 42, lastEventId: 42 });
  });

  test('pruning drops the operations that ended before a time, and none under way', async () => {
    await get().commit([endedPut('o1', 5), endedPut('o2', 6), operationPut('o3')]);
    await get().prune({ ...nothing, operationsBeforeMs: 6 });
    expect((await get().listOperations({ limit: 9 })).map(({ id }) => id)).toEqual(['o3', 'o2']);
  });

  test('pruning drops the answers kept before a time', async () => {
    await get().commit([answerPut('ada', 'old', { at: 5 }), answerPut('ada', 'new', { at: 6 })]);
    await get().prune({ ...nothing, answersBeforeMs: 6 });
    expect(await get().findAnswer('ada', 'old')).toBeUndefined();
    expect(await get().findAnswer('ada', 'new')).toBeDefined();
  });

  test('pruning leaves an app its newest superseded and failed releases and what it refers to', async () => {
    const at = (release: number) => ({ release, generation: 1 });
    await get().commit([
      appPut({ id: 'a', serving: at(1), target: at(2) }),
      ...[1, 2, 3, 4, 5, 6].map((number) => releasePut('a', number, 'superseded')),
      ...[7, 8, 9].map((number) => releasePut('a', number, 'failed')),
      ...[10, 11].map((number) => releasePut('a', number, 'pending')),
      appPut({ id: 'b' }),
      ...[1, 2].map((number) => releasePut('b', number)),
    ]);
    await get().prune({ ...nothing, releasesPerApp: 2 });
    const numbers = async (id: string) => (await get().listReleases(id, { limit: 99 })).map(({ number }) => number);
    expect(await numbers('a')).toEqual([11, 10, 9, 8, 6, 5, 2, 1]);
    expect(await numbers('b')).toEqual([2, 1]);
  });

  test('pruning reaches every app, however many, and the releases that outlived theirs', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => `app-${index}`);
    await get().commit(ids.map((id) => appPut({ id })));
    await get().commit([...ids, 'gone'].flatMap((id) => [1, 2, 3].map((number) => releasePut(id, number))));
    await get().prune({ ...nothing, releasesPerApp: 1 });
    const left = await Promise.all([...ids, 'gone'].map((id) => get().listReleases(id, { limit: 9 })));
    expect(left.flat().map(({ appId, number }) => `${appId} ${number}`)).toEqual(ids.map((id) => `${id} 3`));
  });

  test('pruning to no release at all leaves the newest', async () => {
    await get().commit([appPut({ id: 'a' }), releasePut('a', 1), releasePut('a', 2)]);
    await get().prune({ ...nothing, releasesPerApp: 0 });
    expect((await get().listReleases('a', { limit: 9 })).map(({ number }) => number)).toEqual([2]);
  });

  test('a store may be written and closed while it is pruned', async () => {
    const store = get();
    await store.commit(Array.from({ length: 1300 }, (_, index) => eventAdd(index + 1)));
    const pruning = store.prune({ ...nothing, eventsBeforeMs: 1_000_000 });
    await store.commit([eventAdd(2000)]);
    await store.close();
    await pruning;
  });
}
