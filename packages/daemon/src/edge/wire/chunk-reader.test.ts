import { describe, expect, test } from 'vitest';
import { ChunkReader, chunkStep } from './chunk-reader.ts';
import { nameAt, valueAt } from './field-text.ts';

type Case = readonly [title: string, bytes: string, expected: string];

describe('a chunked body is understood with', () => {
  const cases: readonly Case[] = [
    ['no data', '0\r\n\r\n', '[]'],
    ['one chunk', '5\r\nhello\r\n0\r\n\r\n', '[hello]'],
    ['two chunks', '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n', '[abcde]'],
    [
      'sizes in hexadecimal of any case',
      `a\r\n${'x'.repeat(10)}\r\nB\r\n${'y'.repeat(11)}\r\n0\r\n\r\n`,
      '[xxxxxxxxxxyyyyyyyyyyy]',
    ],
    ['zeros before a size', '0005\r\nhello\r\n000\r\n\r\n', '[hello]'],
    ['line ends as data', '4\r\n\r\n\r\n\r\n0\r\n\r\n', '[\r\n\r\n]'],
    ['what looks like its end as data', '5\r\n0\r\n\r\n\r\n0\r\n\r\n', '[0\r\n\r\n]'],
    ['a trailer', '0\r\nX-Sum: abc \r\n\r\n', '[] X-Sum=abc'],
    ['two trailers', '1\r\na\r\n0\r\nA: 1\r\nB:\r\n\r\n', '[a] A=1 B='],
    ['32 trailers', `0\r\n${'a:\r\n'.repeat(32)}\r\n`, `[]${' a='.repeat(32)}`],
    ['something of another message behind it', '0\r\n\r\nGET / HTTP/1.1\r\n', '[] GET / HTTP/1.1\r\n'],
    ['something behind its trailers', '0\r\nA: 1\r\n\r\nGET', '[] A=1 GET'],
  ];
  test.each(cases)('%s', (_, bytes, expected) => {
    expect(read(bytes)).toBe(expected);
  });
});

describe('a chunked body is refused for', () => {
  const cases: readonly (readonly [title: string, bytes: string])[] = [
    ['no size', '\r\nhello'],
    ['a size that is none', 'x\r\n'],
    ['a signed size', '+5\r\nhello\r\n'],
    ['a negative size', '-1\r\n'],
    ['a size with 0x', '0x5\r\nhello\r\n'],
    ['a space before a size', ' 5\r\nhello\r\n'],
    ['a space behind a size', '5 \r\nhello\r\n'],
    ['a tab behind a size', '5\t\r\nhello\r\n'],
    ['an extension', '5;a=b\r\nhello\r\n'],
    ['an empty extension', '5;\r\nhello\r\n'],
    ['an extension of the last chunk', '0;a\r\n\r\n'],
    ['a size of 14 digits', '00000000000005\r\nhello\r\n'],
    ['a bare line feed behind a size', '5\nhello\r\n'],
    ['a bare carriage return behind a size', '5\rhello\r\n'],
    ['data longer than its size', '5\r\nhello!\r\n0\r\n\r\n'],
    ['data shorter than its size', '6\r\nhello\r\n0\r\n\r\n'],
    ['a bare line feed behind data', '5\r\nhello\n0\r\n\r\n'],
    ['a bare carriage return behind data', '5\r\nhello\r0\r\n\r\n'],
    ['a bare line feed at its end', '0\r\n\n'],
    ['a bare carriage return at its end', '0\r\n\rx'],
    ['a bare line feed behind the last chunk', '0\n\r\n'],
    ['a trailer without a colon', '0\r\nA\r\n\r\n'],
    ['a trailer over two lines', '0\r\nA: b\r\n c\r\n\r\n'],
    ['a trailer that begins with a space', '0\r\n A: b\r\n\r\n'],
    ['a bare line feed behind a trailer', '0\r\nA: b\n\r\n'],
    ['a control byte in a trailer', '0\r\nA: b\0\r\n\r\n'],
    ['a length as trailer', '0\r\nContent-Length: 5\r\n\r\n'],
    ['a coding as trailer', '0\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['a host as trailer', '0\r\nHost: x.test\r\n\r\n'],
    ['33 trailers', `0\r\n${'a:\r\n'.repeat(33)}\r\n`],
  ];
  test.each(cases)('%s', (_, bytes) => {
    expect(read(bytes)).toBe('fault');
  });

  test('trailers of more than 8 KiB', () => {
    expect(read(`0\r\nA: ${'a'.repeat(8_192 - 7)}\r\n\r\n`, [0])).toMatch(/^\[\] A=a+$/);
    expect(read(`0\r\nA: ${'a'.repeat(8_192 - 6)}\r\n\r\n`, [0])).toBe('fault');
    expect(read(`0\r\nA: ${'a'.repeat(20_000)}`, [0])).toBe('fault');
  });
});

test('a chunk of many gigabytes is passed on as it comes', () => {
  const reader = new ChunkReader();
  const bytes = Buffer.from('fffffffffffff\r\nsome');
  expect(reader.next(bytes, 0, bytes.length)).toBe(chunkStep.data);
  expect([reader.dataStart, reader.dataEnd]).toEqual([15, 19]);
  expect(reader.next(bytes, 15, 19)).toBe(chunkStep.data);
  expect(reader.next(bytes, 19, 19)).toBe(chunkStep.partial);
});

test('a reader that is reset knows nothing of the body before', () => {
  const reader = new ChunkReader();
  const bytes = Buffer.from('0\r\nA: b\r\n\r\n');
  expect(reader.next(bytes, 0, bytes.length)).toBe(chunkStep.end);
  expect(reader.trailers?.count).toBe(1);
  reader.reset();
  expect(reader.trailers).toBeUndefined();
  const next = Buffer.from('12');
  expect(reader.next(next, 0, next.length)).toBe(chunkStep.partial);
  reader.reset();
  expect(reader.next(bytes, 0, 5)).toBe(chunkStep.partial);
  reader.reset();
  const other = Buffer.from('0\r\nC: d\r\n\r\n');
  expect(reader.next(other, 0, other.length)).toBe(chunkStep.end);
  expect(nameAt(reader.trailers!, 0)).toBe('C');
});

/** The same is found wherever the bytes are cut in two, and when they come one by one. */
function read(text: string, cuts: readonly number[] = [...Array(text.length).keys()]): string {
  const bytes = Buffer.from(text, 'latin1');
  const found = readPieces(bytes, [bytes.length]);
  for (const cut of cuts) expect(readPieces(bytes, [cut, bytes.length])).toBe(found);
  expect(readPieces(bytes, [...cuts, bytes.length])).toBe(found);
  return found;
}

function readPieces(bytes: Buffer, ends: readonly number[]): string {
  const reader = new ChunkReader();
  let data = '';
  let at = 0;
  for (const end of ends) {
    let step = reader.next(bytes, at, end);
    while (step === chunkStep.data) {
      data += bytes.toString('latin1', reader.dataStart, reader.dataEnd);
      step = reader.next(bytes, reader.at, end);
    }
    if (step === chunkStep.fault) return 'fault';
    if (step === chunkStep.end) return render(reader, data, bytes);
    at = reader.at;
  }
  return 'partial';
}

function render({ trailers, at }: ChunkReader, data: string, bytes: Buffer): string {
  const fields = [...Array(trailers?.count ?? 0).keys()].map(
    (index) => ` ${nameAt(trailers!, index)}=${valueAt(trailers!, index)}`,
  );
  const rest = bytes.toString('latin1', at);
  return `[${data}]${fields.join('')}${rest === '' ? '' : ` ${rest}`}`;
}
