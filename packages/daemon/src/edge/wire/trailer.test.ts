import { expect, test } from 'vitest';
import { FieldList } from './field-list.ts';
import { Slab } from './slab.ts';
import { composeLastChunk, keepTrailers } from './trailer.ts';

const sent = [
  'Content-Length: 1',
  'Content-Type: x',
  'Host: x',
  'Authorization: y',
  'X-Forwarded-For: z',
  'x_forwarded_for: z',
  'Set-Cookie: a',
  'Cookie: a',
  'Connection: close',
  'Transfer-Encoding: chunked',
  'Trailer: a',
  'Content_Type: a',
  'X-Checksum: abc',
  'X-Checksum: def',
];

test('a trailer neither frames nor routes nor authorises', () => {
  expect(keepTrailers(parse(sent))).toEqual([
    ['X-Checksum', 'abc'],
    ['X-Checksum', 'def'],
  ]);
});

test('a chunked body ends with the trailers that may follow it', () => {
  expect(compose(parse(sent))).toBe('0\r\nX-Checksum: abc\r\nX-Checksum: def\r\n\r\n');
  expect(compose(parse(['Host: x']))).toBe('0\r\n\r\n');
  expect(compose(undefined)).toBe('0\r\n\r\n');
});

function parse(lines: readonly string[]): FieldList {
  const list = new FieldList();
  const bytes = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  expect(list.parse(bytes, 0, bytes.length)).toBe(bytes.length);
  return list;
}

function compose(trailers: FieldList | undefined): string {
  const slab = new Slab();
  composeLastChunk(slab, trailers);
  return slab.view().toString('latin1');
}
