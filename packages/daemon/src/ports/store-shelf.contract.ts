import { expect, test } from 'vitest';
import type { Change } from '../core/change.ts';
import type { ImageRequest } from '../core/image-request.ts';
import type { Store } from './store.ts';

const request: ImageRequest = {
  id: '',
  engine: 'local',
  reference: 'hello:1',
  key: 'docker.io/library/hello:1',
  askers: [{ user: 'ada', purpose: '', at: 1 }],
  state: 'pending',
  decidedBy: null,
  decidedAt: null,
  reason: null,
  credential: null,
  failure: null,
  digest: null,
  imageId: null,
  createdAt: 1,
  updatedAt: 1,
};

function put(id: string, fields: Partial<ImageRequest> = {}): Change {
  return { kind: 'shelf.put', item: { shelf: 'imageRequest', key: id, record: { ...request, id, ...fields } } };
}

/** What lies on shelves stays in the order in which it was first put there. */
export function describeShelves(get: () => Store, reopen: () => Promise<Store>): void {
  test('a record on a shelf is changed in its place, and others come behind it', async () => {
    await get().commit([put('b'), put('a')]);
    await get().commit([put('b', { state: 'ready' }), put('c')]);
    const { shelfItems } = await (await reopen()).load();
    expect(shelfItems.map(({ key, record }) => [key, (record as ImageRequest).state])).toEqual([
      ['b', 'ready'],
      ['a', 'pending'],
      ['c', 'pending'],
    ]);
  });

  test('a record taken off a shelf is gone; one that was never there may be taken off', async () => {
    await get().commit([put('a'), put('b')]);
    await get().commit([
      { kind: 'shelf.remove', shelf: 'imageRequest', key: 'a' },
      { kind: 'shelf.remove', shelf: 'imageRequest', key: 'never' },
    ]);
    expect((await (await reopen()).load()).shelfItems.map(({ key }) => key)).toEqual(['b']);
  });
}
