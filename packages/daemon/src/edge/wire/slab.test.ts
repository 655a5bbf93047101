import { expect, test } from 'vitest';
import { Slab } from './slab.ts';

test('what is put in comes out in one piece, however small the slab began', () => {
  const slab = new Slab(1);
  const bytes = Buffer.from('0123456789'.repeat(10));
  slab.ascii('caf\xe9 ');
  slab.copy(bytes, 2, 5);
  slab.copy(bytes, 0, 100);
  slab.put(Buffer.from('!'));
  slab.crlf();
  expect(slab.view().toString('latin1')).toBe(`caf\xe9 234${bytes.toString()}!\r\n`);
});

test.each([
  [0, '0', '0'],
  [9, '9', '9'],
  [10, '10', 'a'],
  [255, '255', 'ff'],
  [4096, '4096', '1000'],
  [4_294_967_296, '4294967296', '100000000'],
  [999_999_999_999_999, '999999999999999', '38d7ea4c67fff'],
])('the number %d is written in digits', (value, decimal, hexadecimal) => {
  const slab = new Slab(1);
  slab.number(value);
  slab.ascii(' ');
  slab.hex(value);
  expect(slab.view().toString()).toBe(`${decimal} ${hexadecimal}`);
});

test('a view that was handed out keeps its bytes when the slab is replaced', () => {
  const slab = new Slab();
  slab.ascii('first');
  const view = slab.view();
  slab.replace();
  slab.ascii('other');
  expect(view.toString()).toBe('first');
  expect(slab.view().toString()).toBe('other');
  slab.clear();
  expect(slab.view()).toHaveLength(0);
});
