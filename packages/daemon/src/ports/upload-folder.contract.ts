import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { UploadFolder } from './upload-folder.ts';

/** What every folder for uploads does. */
export function describeUploadFolder(get: () => UploadFolder): void {
  test('what was written is read as often as one likes', async () => {
    const bytes = Buffer.alloc(300_000, 'abc');
    await get().write('one', Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]));
    expect(await buffer(get().read('one'))).toEqual(bytes);
    expect(await buffer(get().read('one'))).toEqual(bytes);
    expect(await get().list()).toEqual(['one']);
  });

  test('an empty one is there all the same', async () => {
    await get().write('empty', Readable.from([]));
    expect(await buffer(get().read('empty'))).toHaveLength(0);
  });

  test('nothing is kept of one that broke off', async () => {
    const breaking = new Readable({
      read() {
        this.push('half');
        this.destroy(new Error('hung up'));
      },
    });
    await expect(get().write('half', breaking)).rejects.toThrow('hung up');
    expect(await get().list()).toEqual([]);
  });

  test('one that is removed is gone, and one that never was may be removed', async () => {
    await get().write('one', Readable.from(['x']));
    await get().remove('one');
    await get().remove('never');
    expect(await get().list()).toEqual([]);
    await expect(buffer(get().read('one'))).rejects.toThrow();
  });
}
