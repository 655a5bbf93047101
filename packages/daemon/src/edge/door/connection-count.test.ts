import { expect, test } from 'vitest';
import { ConnectionCount, networkOf } from './connection-count.ts';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:db8::1:2:3:4:5', '2001:db8:0:1'],
  ['::1', '0:0:0:0'],
  ['fe80::', 'fe80:0:0:0'],
  ['unknown', 'unknown'],
])('connections of %s are counted as those of %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('one address may have its share and no more, until one of its connections ends', () => {
  const count = new ConnectionCount({ total: 10, perAddress: 2 });
  count.enter('192.0.2.1');
  count.enter('192.0.2.1');
  expect(count.hasRoomFor('192.0.2.1', false)).toBe(false);
  expect(count.hasRoomFor('192.0.2.1', true)).toBe(true);
  expect(count.hasRoomFor('192.0.2.2', false)).toBe(true);
  count.leave('192.0.2.1');
  expect(count.hasRoomFor('192.0.2.1', false)).toBe(true);
});

test('all together may have as many as the edge takes', () => {
  const count = new ConnectionCount({ total: 2, perAddress: 2 });
  count.enter('192.0.2.1');
  expect(count.isFull).toBe(false);
  count.enter('2001:db8::1');
  expect(count.isFull).toBe(true);
  count.leave('192.0.2.1');
  expect(count.isFull).toBe(false);
});
