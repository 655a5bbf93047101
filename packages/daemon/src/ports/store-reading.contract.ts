import { expect, test } from 'vitest';
import type { Store } from './store.ts';
import { appPut, endedPut, eventAdd, operationPut, releasePut } from './store-sample.contract.ts';

/** What is loaded at the start, and what is read in pages. */
export function describeReading(get: () => Store): void {
  describeLoad(get);
  describePages(get);
}

function describeLoad(get: () => Store): void {
  test('of each app the target, the serving and the newest release are loaded, each once', async () => {
    const at = (release: number) => ({ release, generation: 1 });
    const numbers = [1, 2, 3, 4, 5];
    await get().commit([
      appPut({ id: 'a', serving: at(2), target: at(4) }),
      appPut({ id: 'b', serving: at(5), target: at(5) }),
      appPut({ id: 'c' }),
      ...['a', 'b', 'c'].flatMap((id) => numbers.map((number) => releasePut(id, number))),
    ]);
    const { releases } = await get().load();
    const loaded = releases.map(({ appId, number }) => `${appId}${number}`).toSorted();
    expect(loaded).toEqual(['a2', 'a4', 'a5', 'b5', 'c5']);
  });

  test('operations under way are loaded, ended ones are not', async () => {
    await get().commit([operationPut('o1'), operationPut('o2'), endedPut('o3', 5)]);
    await get().commit([endedPut('o2', 6)]);
    expect((await get().load()).operations.map(({ id }) => id)).toEqual(['o1']);
  });

  test('the first and the last event are told', async () => {
    await get().commit([eventAdd(7), eventAdd(8), eventAdd(12)]);
    expect(await get().load()).toMatchObject({ firstEventId: 7, lastEventId: 12 });
  });
}

function describePages(get: () => Store): void {
  test('releases are paged from the newest down', async () => {
    await get().commit([1, 2, 3, 4, 5].map((number) => releasePut('a', number)));
    await get().commit([releasePut('b', 9)]);
    const numbers = async (page: { before?: number; limit: number }) =>
      (await get().listReleases('a', page)).map(({ number }) => number);
    expect(await numbers({ limit: 2 })).toEqual([5, 4]);
    expect(await numbers({ before: 4, limit: 2 })).toEqual([3, 2]);
    expect(await numbers({ before: 2, limit: 2 })).toEqual([1]);
    expect(await numbers({ before: 1, limit: 2 })).toEqual([]);
    expect(await get().findRelease('b', 9)).toMatchObject({ appId: 'b', number: 9 });
  });

  test('operations are paged from the newest down, of one app, one owner, or both', async () => {
    await get().commit([
      operationPut('o1', { appId: 'a', owner: 'ada' }),
      operationPut('o2', { appId: 'b', owner: 'ada' }),
      endedPut('o3', 1, { appId: 'a', owner: 'bob' }),
      endedPut('o4', 1, { appId: 'a', owner: 'ada' }),
    ]);
    const ids = async (filter: Parameters<Store['listOperations']>[0]) =>
      (await get().listOperations(filter)).map(({ id }) => id);
    expect(await ids({ limit: 3 })).toEqual(['o4', 'o3', 'o2']);
    expect(await ids({ before: 'o2', limit: 3 })).toEqual(['o1']);
    expect(await ids({ appId: 'a', limit: 9 })).toEqual(['o4', 'o3', 'o1']);
    expect(await ids({ owner: 'ada', before: 'o4', limit: 9 })).toEqual(['o2', 'o1']);
    expect(await ids({ appId: 'a', owner: 'ada', limit: 1 })).toEqual(['o4']);
  });

  test('events are paged from the oldest up, of one app, one owner, or both', async () => {
    await get().commit([
      eventAdd(1, { app: 'a', owner: 'ada' }),
      eventAdd(2, { app: null, owner: null }),
      eventAdd(3, { app: 'b', owner: 'ada' }),
      eventAdd(10, { app: 'a', owner: 'bob' }),
    ]);
    const ids = async (filter: Parameters<Store['listEvents']>[0]) =>
      (await get().listEvents(filter)).map(({ id }) => id);
    expect(await ids({ after: 0, limit: 2 })).toEqual([1, 2]);
    expect(await ids({ after: 2, limit: 9 })).toEqual([3, 10]);
    expect(await ids({ after: 0, app: 'a', limit: 9 })).toEqual([1, 10]);
    expect(await ids({ after: 1, owner: 'ada', limit: 9 })).toEqual([3]);
    expect(await ids({ after: 0, app: 'a', owner: 'bob', limit: 9 })).toEqual([10]);
  });
}
