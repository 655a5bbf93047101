import { expect, test } from 'vitest';
import { Channel } from './channel.ts';

async function readAll<Item>(channel: Channel<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of channel.read()) items.push(item);
  return items;
}

test('what several write is read in the order of writing', async () => {
  const channel = new Channel<string>(10);
  await Promise.all(['one', 'two', 'three'].map((item) => channel.push(item)));
  channel.close();
  expect(await readAll(channel)).toEqual(['one', 'two', 'three']);
});

test('a full channel holds its writers up until somebody reads', async () => {
  const channel = new Channel<number>(2);
  const written: number[] = [];
  const writing = (async () => {
    for (const item of [1, 2, 3, 4, 5]) {
      await channel.push(item);
      written.push(item);
    }
    channel.close();
  })();
  await new Promise(setImmediate);
  expect(written).toEqual([1]);
  expect(await readAll(channel)).toEqual([1, 2, 3, 4, 5]);
  await writing;
});

test('an error comes behind what was written before it', async () => {
  const channel = new Channel<number>(10);
  await channel.push(1);
  channel.fail(new Error('broken'));
  const reading = channel.read();
  expect(await reading.next()).toEqual({ done: false, value: 1 });
  await expect(reading.next()).rejects.toThrow('broken');
});

test('writers learn that the reader has left, also those who were held up', async () => {
  const channel = new Channel<number>(1);
  const reading = channel.read();
  const first = channel.push(1);
  await reading.next();
  const heldUp = channel.push(2);
  await reading.return();
  expect(await Promise.all([first, heldUp, channel.push(3)])).toEqual([true, false, false]);
});
