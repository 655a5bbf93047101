import { describe, expect, test } from 'vitest';
import { AnswerHead } from './answer-head.ts';
import { textOf } from './byte.ts';
import { type HeadState, headState } from './request-head.ts';
import { parseHowever } from './split.contract.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const head = new AnswerHead();

type Case = readonly [title: string, bytes: string, expected: string];

describe('an answer is understood with', () => {
  const cases: readonly Case[] = [
    ['a length', `${OK}Content-Length: 5\r\n\r\n`, '200 OK keep length=5'],
    ['a length of nothing', `${OK}content-length:0\r\n\r\n`, '200 OK keep length=0'],
    ['chunks', `${OK}Transfer-Encoding: Chunked\r\n\r\n`, '200 OK keep chunked'],
    ['neither', `${OK}\r\n`, '200 OK keep close'],
    ['a connection that closes', `${OK}Connection: close\r\nContent-Length: 5\r\n\r\n`, '200 OK end length=5'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n', '1.0 200 OK end length=5'],
    ['HTTP/1.0 that stays', 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n', '1.0 200 OK keep close'],
    ['an empty reason', 'HTTP/1.1 200 \r\n\r\n', '200  keep close'],
    ['no reason', 'HTTP/1.1 200\r\n\r\n', '200  keep close'],
    ['a reason of many words', 'HTTP/1.1 404 Not\tFound, \xe9h\r\n\r\n', '404 Not\tFound, \xe9h keep close'],
    ['an odd status', 'HTTP/1.1 599 X\r\n\r\n', '599 X keep close'],
    ['an interim answer', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', '103 Early Hints keep none'],
    ['100', 'HTTP/1.1 100 Continue\r\n\r\n', '100 Continue keep none'],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', '204 No Content keep none'],
    ['204 and a length, which means nothing', 'HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\n', '204 X keep none'],
    [
      '304 and the length that it would have',
      'HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n',
      '304 X keep length=5 none',
    ],
    ['304 and chunks that it would have', 'HTTP/1.1 304 X\r\nTransfer-Encoding: chunked\r\n\r\n', '304 X keep none'],
    ['a WebSocket', 'HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n', '101 X keep none websocket'],
    [
      'a WebSocket and a length of nothing',
      'HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n',
      '101 X keep none websocket',
    ],
    ['another protocol', 'HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n', '101 X keep none'],
    ['an upgrade that Connection does not name', 'HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n', '101 X keep none'],
    ['128 fields', `${OK}${'a:\r\n'.repeat(128)}\r\n`, '200 OK keep close'],
  ];
  test.each(cases)('%s', (_, bytes, expected) => {
    expect(parse(bytes)).toBe(expected);
  });

  test('no body when it answers HEAD, whatever it says', () => {
    for (const framing of ['Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n', '']) {
      parse(`${OK}${framing}\r\n`);
      expect(head.bodyKind(true)).toBe('none');
    }
  });
});

describe('more bytes are waited for behind', () => {
  test.each([
    '',
    'H',
    'HTTP/1.',
    'HTTP/1.1',
    'HTTP/1.1 ',
    'HTTP/1.1 2',
    'HTTP/1.1 200',
    'HTTP/1.1 200 ',
    'HTTP/1.1 200 OK\r',
    OK,
    `${OK}A: b`,
  ])('%j', (bytes) => {
    expect(parse(bytes)).toBe('partial');
  });
});

describe('an answer is refused for', () => {
  const cases: readonly (readonly [title: string, bytes: string])[] = [
    ['an empty line before it', `\r\n${OK}\r\n`],
    ['a space before it', ` ${OK}\r\n`],
    ['another protocol', 'ICY 200 OK\r\n\r\n'],
    ['small letters', 'http/1.1 200 OK\r\n\r\n'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK\r\n\r\n'],
    ['HTTP/2.0', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
    ['no version', '200 OK\r\n\r\n'],
    ['two spaces before the status', 'HTTP/1.1  200 OK\r\n\r\n'],
    ['a tab before the status', 'HTTP/1.1\t200 OK\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n'],
    ['a status above 599', 'HTTP/1.1 600 OK\r\n\r\n'],
    ['a status with letters', 'HTTP/1.1 2x0 OK\r\n\r\n'],
    ['something at the status', 'HTTP/1.1 200OK\r\n\r\n'],
    ['a control byte in the reason', 'HTTP/1.1 200 O\x01K\r\n\r\n'],
    ['a NUL in the reason', 'HTTP/1.1 200 O\0K\r\n\r\n'],
    ['a bare carriage return in the reason', 'HTTP/1.1 200 O\rK\r\n\r\n'],
    ['a bare line feed', 'HTTP/1.1 200 OK\n\n'],
    ['a bare line feed behind a field', `${OK}A: b\n\r\n`],
    ['a bare line feed in a value', `${OK}A: b\nSet-Cookie: c\r\n\r\n`],
    ['a bare carriage return in a value', `${OK}A: b\rc\r\n\r\n`],
    ['a value over two lines', `${OK}A: b\r\n c\r\n\r\n`],
    ['a space before the colon', `${OK}A : b\r\n\r\n`],
    ['no colon', `${OK}A\r\n\r\n`],
    ['a space in a name', `${OK}A b: c\r\n\r\n`],
    ['a length and a coding', `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['a length and a coding with 304', 'HTTP/1.1 304 X\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['two lengths', `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`],
    ['two equal lengths', `${OK}Content-Length: 5\r\nContent-Length: 5\r\n\r\n`],
    ['a list of lengths', `${OK}Content-Length: 5, 5\r\n\r\n`],
    ['a negative length', `${OK}Content-Length: -1\r\n\r\n`],
    ['an empty length', `${OK}Content-Length: \r\n\r\n`],
    ['a broken length with 204', 'HTTP/1.1 204 X\r\nContent-Length: x\r\n\r\n'],
    ['a tab behind the coding', `${OK}Transfer-Encoding: chunked\t\r\n\r\n`],
    ['a tab before a length', `${OK}Content-Length: \t5\r\nA: b\r\n\r\n`],
    ['two codings', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n`],
    ['the coding twice', `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['identity as a coding', `${OK}Transfer-Encoding: identity\r\n\r\n`],
    ['an unknown coding', `${OK}Transfer-Encoding: \x0bchunked\r\n\r\n`],
    ['a coding on HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['a coding with 204', 'HTTP/1.1 204 X\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['a coding with 100', 'HTTP/1.1 100 X\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['a body with 101', 'HTTP/1.1 101 X\r\nContent-Length: 5\r\n\r\n'],
    ['a body with 103', 'HTTP/1.1 103 X\r\nContent-Length: 5\r\n\r\n'],
    ['129 fields', `${OK}${'a:\r\n'.repeat(129)}\r\n`],
  ];
  test.each(cases)('%s', (_, bytes) => {
    expect(parse(bytes)).toBe('refused');
  });

  test('a head of more than 32 KiB, before it ends', () => {
    const begin = Buffer.from(`${OK}X: ${'a'.repeat(40_000)}`);
    expect(head.parse(begin, 0, 32_767)).toBe(headState.partial);
    expect(head.parse(begin, 0, 32_768)).toBe(headState.refused);
  });
});

function parse(bytes: string): string {
  let state: HeadState = headState.partial;
  return parseHowever(bytes, {
    parse: (...range: [Uint8Array, number, number]) => {
      state = head.parse(...range);
      return state;
    },
    render: () => (state === headState.refused ? 'refused' : render()),
  });
}

function render(): string {
  const parts = [
    head.minorVersion === 1 ? '' : `1.${head.minorVersion} `,
    `${head.status} ${textOf(head.bytes, head.reasonStart, head.reasonEnd)}`,
    head.keepsAlive ? ' keep' : ' end',
    head.contentLength === -1 ? '' : ` length=${head.contentLength}`,
    head.bodyKind(false) === 'length' ? '' : ` ${head.bodyKind(false)}`,
    head.isWebSocket ? ' websocket' : '',
  ];
  return parts.join('');
}
