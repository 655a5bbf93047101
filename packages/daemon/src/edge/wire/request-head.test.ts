import { describe, expect, test } from 'vitest';
import { textOf } from './byte.ts';
import { field } from './field.ts';
import { findField, listValues, nameAt, valueAt } from './field-text.ts';
import { headState, RequestHead } from './request-head.ts';
import { parseHowever } from './split.contract.ts';

const HOST = 'Host: x.test\r\n';
const GET = 'GET / HTTP/1.1\r\n';
const POST = `POST / HTTP/1.1\r\n${HOST}`;

type Case = readonly [title: string, bytes: string, expected: string];

describe('a request is understood with', () => {
  const cases: readonly Case[] = [
    ['a path and a query', `GET /a?b HTTP/1.1\r\n${HOST}\r\n`, 'GET /a ?b x.test keep'],
    ['one empty line before it', `\r\n${GET}${HOST}\r\n`, 'GET /  x.test keep'],
    ['a host in capitals', `${GET}HOST: X.Test\r\n\r\n`, 'GET /  X.Test keep'],
    ['a port', `${GET}Host: x.test:8080\r\n\r\n`, 'GET /  x.test:8080 keep'],
    ['a dot behind the host', `${GET}Host: x.test.:80\r\n\r\n`, 'GET /  x.test .:80 keep'],
    ['an IPv4 address', `${GET}Host: 127.0.0.1:80\r\n\r\n`, 'GET /  127.0.0.1:80 keep'],
    ['an IPv6 address', `${GET}Host: [::1]:80\r\n\r\n`, 'GET /  [::1]:80 keep'],
    ['an underscore in the host', `${GET}Host: a_b.test\r\n\r\n`, 'GET /  a_b.test keep'],
    ['space around the host', `${GET}Host: \t x.test\t \r\n\r\n`, 'GET /  x.test keep'],
    ['no space before the host', `${GET}Host:x.test\r\n\r\n`, 'GET /  x.test keep'],
    ['the absolute form', `GET http://x.test/p?q HTTP/1.1\r\n${HOST}\r\n`, 'GET /p ?q x.test keep'],
    ['the absolute form of https', `GET https://x.test/p HTTP/1.1\r\n${HOST}\r\n`, 'GET /p  x.test keep'],
    ['the absolute form without a path', `GET http://x.test HTTP/1.1\r\n${HOST}\r\n`, 'GET /  x.test keep'],
    ['slashes in a row', `GET //a///b HTTP/1.1\r\n${HOST}\r\n`, 'GET //a///b  x.test keep'],
    ['an escaped slash', `GET /a%2Fb HTTP/1.1\r\n${HOST}\r\n`, 'GET /a%2Fb  x.test keep'],
    [
      'dots within names',
      `GET /.well-known/a..b/...?/../ HTTP/1.1\r\n${HOST}\r\n`,
      'GET /.well-known/a..b/... ?/../ x.test keep',
    ],
    ['an escaped dot within a name', `GET /a%2eb HTTP/1.1\r\n${HOST}\r\n`, 'GET /a%2eb  x.test keep'],
    ['an escape of an escape', `GET /%252e%252e/ HTTP/1.1\r\n${HOST}\r\n`, 'GET /%252e%252e/  x.test keep'],
    ['what browsers do not escape', `GET /a"<>[]{}|^?\`' HTTP/1.1\r\n${HOST}\r\n`, 'GET /a"<>[]{}|^ ?`\' x.test keep'],
    [
      'anything printable in the query',
      `GET /?\\%zz%00&a=\\%5c HTTP/1.1\r\n${HOST}\r\n`,
      'GET / ?\\%zz%00&a=\\%5c x.test keep',
    ],
    ['HTTP/1.0', `GET / HTTP/1.0\r\n${HOST}\r\n`, '1.0 GET /  x.test close'],
    ['HTTP/1.0 that stays', `GET / HTTP/1.0\r\n${HOST}Connection: Keep-Alive\r\n\r\n`, '1.0 GET /  x.test keep'],
    ['a connection that closes', `${GET}${HOST}Connection: keep-alive , Close\r\n\r\n`, 'GET /  x.test close'],
    ['a tab behind close', `${GET}${HOST}Connection: close\t,\tte\r\n\r\n`, 'GET /  x.test close'],
    ['two Connection fields', `${GET}${HOST}Connection: te\r\nConnection:,close,\r\n\r\n`, 'GET /  x.test close'],
    ['a name that only begins like close', `${GET}${HOST}Connection: closed\r\n\r\n`, 'GET /  x.test keep'],
    ['a length', `${POST}Content-Length: 5\r\n\r\n`, 'POST /  x.test keep length=5'],
    [
      'the longest length',
      `${POST}Content-Length: 999999999999999\r\n\r\n`,
      'POST /  x.test keep length=999999999999999',
    ],
    ['a length of nothing', `${POST}Content-Length: 000\r\n\r\n`, 'POST /  x.test keep length=0'],
    ['chunks', `${POST}Transfer-Encoding: chunked\r\n\r\n`, 'POST /  x.test keep chunked'],
    ['chunks in capitals', `${POST}TRANSFER-ENCODING: CHUNKED\r\n\r\n`, 'POST /  x.test keep chunked'],
    ['a chunked GET', `${GET}${HOST}Transfer-Encoding: chunked\r\n\r\n`, 'GET /  x.test keep chunked'],
    [
      'a body to be asked for',
      `${POST}Expect: 100-Continue\r\nContent-Length: 5\r\n\r\n`,
      'POST /  x.test keep length=5 expects',
    ],
    ['an expectation without a body', `${POST}Expect: 100-continue\r\n\r\n`, 'POST /  x.test keep'],
    [
      'an expectation on HTTP/1.0',
      `POST / HTTP/1.0\r\n${HOST}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`,
      '1.0 POST /  x.test close length=5',
    ],
    [
      'a WebSocket',
      `${GET}${HOST}Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\r\n`,
      'GET /  x.test keep websocket',
    ],
    [
      'a WebSocket with a length of nothing',
      `${GET}${HOST}Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n`,
      'GET /  x.test keep length=0 websocket',
    ],
    ['an upgrade that Connection does not name', `${GET}${HOST}Upgrade: websocket\r\n\r\n`, 'GET /  x.test keep'],
    ['a WebSocket that is POSTed', `${POST}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n`, 'POST /  x.test keep'],
    [
      'a WebSocket with a body',
      `${GET}${HOST}Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\n`,
      'GET /  x.test keep length=5',
    ],
    [
      'a WebSocket on HTTP/1.0',
      `GET / HTTP/1.0\r\n${HOST}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n`,
      '1.0 GET /  x.test close',
    ],
    [
      'an upgrade to h2c',
      `${GET}${HOST}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n`,
      'GET /  x.test keep',
    ],
    [
      'two upgrades',
      `${GET}${HOST}Connection: upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n\r\n`,
      'GET /  x.test keep',
    ],
    ['an empty value', `${GET}${HOST}X-Empty:\r\n\r\n`, 'GET /  x.test keep'],
    ['a tab and unescaped bytes in a value', `${GET}${HOST}X: a\tb\xff\x80\r\n\r\n`, 'GET /  x.test keep'],
    ['odd characters in a name', `${GET}${HOST}!#$%&'*+-.^_\`|~09Az: y\r\n\r\n`, 'GET /  x.test keep'],
    ['a method with a hyphen', `M-SEARCH / HTTP/1.1\r\n${HOST}\r\n`, 'M-SEARCH /  x.test keep'],
    ['the longest method', `UNSUBSCRIBE / HTTP/1.1\r\n${HOST}\r\n`, 'UNSUBSCRIBE /  x.test keep'],
    ['128 fields', `${GET}${HOST}${'a:\r\n'.repeat(127)}\r\n`, 'GET /  x.test keep'],
  ];
  test.each(cases)('%s', (_, bytes, expected) => {
    expect(parse(bytes)).toBe(expected);
  });

  test('a target of 16 KiB', () => {
    expect(parseOnce(`GET /${'a'.repeat(16_383)} HTTP/1.1\r\n${HOST}\r\n`)).toMatch(/^GET \/a+ {2}x\.test keep$/);
  });

  test('a head of 32 KiB', () => {
    const rest = 32_768 - `${GET}${HOST}X: \r\n\r\n`.length;
    expect(parseOnce(`${GET}${HOST}X: ${'a'.repeat(rest)}\r\n\r\n`)).toBe('GET /  x.test keep');
    expect(parseOnce(`${GET}${HOST}X: ${'a'.repeat(rest + 1)}\r\n\r\n`)).toBe('head-too-large');
  });
});

describe('more bytes are waited for behind', () => {
  test.each([
    '',
    '\r',
    '\r\n',
    'G',
    'GET',
    'GET ',
    'GET /',
    'GET http',
    'GET https://x',
    'GET / HT',
    'GET / HTTP/1.',
    'GET / HTTP/1.1',
    'GET / HTTP/1.1\r',
    GET,
    `${GET}H`,
    `${GET}Host`,
    `${GET}Host:`,
    `${GET}Host: x`,
    `${GET}Host: x\r`,
    `${GET}${HOST}`,
    `${GET}${HOST}\r`,
  ])('%j', (bytes) => {
    expect(parse(bytes)).toBe('partial');
  });
});

describe('a request is refused for', () => {
  const malformed: readonly (readonly [title: string, bytes: string])[] = [
    ['two empty lines before it', `\r\n\r\n${GET}${HOST}\r\n`],
    ['a line feed before it', `\n${GET}${HOST}\r\n`],
    ['a space before it', ` ${GET}${HOST}\r\n`],
    ['a TLS greeting', '\x16\x03\x01\x02\x00'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a method in small letters', `get / HTTP/1.1\r\n${HOST}\r\n`],
    ['a method that nobody knows', `GETS / HTTP/1.1\r\n${HOST}\r\n`],
    ['a method without end', 'G'.repeat(20)],
    ['a tab behind the method', `GET\t/ HTTP/1.1\r\n${HOST}\r\n`],
    ['two spaces behind the method', `GET  / HTTP/1.1\r\n${HOST}\r\n`],
    ['no target', `GET HTTP/1.1\r\n${HOST}\r\n`],
    ['a target that is no path', `GET a HTTP/1.1\r\n${HOST}\r\n`],
    ['an asterisk', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`],
    ['the authority form', `GET x.test:80 HTTP/1.1\r\n${HOST}\r\n`],
    ['another scheme', `GET ftp://x.test/ HTTP/1.1\r\n${HOST}\r\n`],
    ['a scheme in capitals', `GET HTTP://x.test/ HTTP/1.1\r\n${HOST}\r\n`],
    ['another host in the target', `GET http://y.test/ HTTP/1.1\r\n${HOST}\r\n`],
    ['a host that only begins alike in the target', `GET http://x.test.evil/ HTTP/1.1\r\n${HOST}\r\n`],
    ['a port in the target only', `GET http://x.test:80/ HTTP/1.1\r\n${HOST}\r\n`],
    ['a user in the target', `GET http://u@x.test/ HTTP/1.1\r\n${HOST}\r\n`],
    ['no host in the target', `GET http:/// HTTP/1.1\r\n${HOST}\r\n`],
    ['a query without a path in the absolute form', `GET http://x.test?q HTTP/1.1\r\n${HOST}\r\n`],
    ['a fragment', `GET /a#b HTTP/1.1\r\n${HOST}\r\n`],
    ['a fragment in the query', `GET /a?b#c HTTP/1.1\r\n${HOST}\r\n`],
    ['a space in the target', `GET /a b HTTP/1.1\r\n${HOST}\r\n`],
    ['a tab in the target', `GET /a\tb HTTP/1.1\r\n${HOST}\r\n`],
    ['a NUL in the target', `GET /a\0b HTTP/1.1\r\n${HOST}\r\n`],
    ['a DEL in the target', `GET /a\x7f HTTP/1.1\r\n${HOST}\r\n`],
    ['an unescaped byte in the path', `GET /caf\xe9 HTTP/1.1\r\n${HOST}\r\n`],
    ['an unescaped byte in the query', `GET /?caf\xe9 HTTP/1.1\r\n${HOST}\r\n`],
    ['two spaces before the version', `GET /  HTTP/1.1\r\n${HOST}\r\n`],
    ['a version in small letters', `GET / http/1.1\r\n${HOST}\r\n`],
    ['HTTP/1.2', `GET / HTTP/1.2\r\n${HOST}\r\n`],
    ['HTTP/1.10', `GET / HTTP/1.10\r\n${HOST}\r\n`],
    ['a version with a letter', `GET / HTTP/x1.1\r\n${HOST}\r\n`],
    ['something behind the version', `GET / HTTP/1.1 \r\n${HOST}\r\n`],
    ['a bare line feed behind the line', `GET / HTTP/1.1\n${HOST}\r\n`],
    ['a bare line feed behind a field', `${GET}Host: x.test\n\r\n`],
    ['a bare line feed at the end', `${GET}${HOST}\n`],
    ['a bare carriage return behind a field', `${GET}Host: x.test\r\r\n`],
    ['a carriage return at the end', `${GET}${HOST}\r\r\n`],
    ['a bare carriage return in a value', `${GET}${HOST}X: a\rb\r\n\r\n`],
    ['a bare line feed in a value', `${GET}${HOST}X: a\nb\r\n\r\n`],
    ['a NUL in a value', `${GET}${HOST}X: a\0b\r\n\r\n`],
    ['a control byte in a value', `${GET}${HOST}X: a\x01b\r\n\r\n`],
    ['a DEL in a value', `${GET}${HOST}X: a\x7fb\r\n\r\n`],
    ['a vertical tab before a value', `${GET}${HOST}X:\x0ba\r\n\r\n`],
    ['a space before the colon', `${GET}Host : x.test\r\n\r\n`],
    ['a tab before the colon', `${GET}${HOST}X\t: y\r\n\r\n`],
    ['no colon', `${GET}${HOST}X\r\n\r\n`],
    ['no name', `${GET}${HOST}: y\r\n\r\n`],
    ['a name in quotes', `${GET}${HOST}"X": y\r\n\r\n`],
    ['a name in brackets', `${GET}${HOST}X(y): y\r\n\r\n`],
    ['an unescaped byte in a name', `${GET}${HOST}X\xe9: y\r\n\r\n`],
    ['a NUL in a name', `${GET}${HOST}X\0: y\r\n\r\n`],
    ['a value over two lines', `${GET}${HOST}X: a\r\n b\r\n\r\n`],
    ['a value over two lines with a tab', `${GET}${HOST}X: a\r\n\tb\r\n\r\n`],
    ['a host over two lines', `${GET}Host: x.test\r\n .evil\r\n\r\n`],
    ['a space before the first field', `${GET} ${HOST}\r\n`],
    ['no host', `${GET}\r\n`],
    ['no host on HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n'],
    ['two hosts', `${GET}${HOST}host: y.test\r\n\r\n`],
    ['two equal hosts', `${GET}${HOST}${HOST}\r\n`],
    ['an empty host', `${GET}Host:\r\n\r\n`],
    ['a list of hosts', `${GET}Host: x.test, y.test\r\n\r\n`],
    ['a user in the host', `${GET}Host: a@x.test\r\n\r\n`],
    ['a path in the host', `${GET}Host: x.test/a\r\n\r\n`],
    ['percent signs in the host', `${GET}Host: x%2etest\r\n\r\n`],
    ['a space in the host', `${GET}Host: x .test\r\n\r\n`],
    ['a dot before the host', `${GET}Host: .test\r\n\r\n`],
    ['a hyphen before the host', `${GET}Host: -x.test\r\n\r\n`],
    ['two dots behind the host', `${GET}Host: x.test..\r\n\r\n`],
    ['a host of 255 letters', `${GET}Host: ${'a'.repeat(255)}\r\n\r\n`],
    ['a port that is none', `${GET}Host: x.test:http\r\n\r\n`],
    ['an empty port', `${GET}Host: x.test:\r\n\r\n`],
    ['a port beyond all', `${GET}Host: x.test:65536\r\n\r\n`],
    ['a port of six digits', `${GET}Host: x.test:000080\r\n\r\n`],
    ['two ports', `${GET}Host: x.test:80:80\r\n\r\n`],
    ['an address without its bracket', `${GET}Host: [::1\r\n\r\n`],
    ['an address that is none', `${GET}Host: [::x]\r\n\r\n`],
    ['an IPv4 address in brackets', `${GET}Host: [127.0.0.1]\r\n\r\n`],
    ['something behind the bracket', `${GET}Host: [::1]x\r\n\r\n`],
    ['two lengths', `${POST}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`],
    ['two equal lengths', `${POST}Content-Length: 5\r\ncontent-length: 5\r\n\r\n`],
    ['a list of lengths', `${POST}Content-Length: 5, 5\r\n\r\n`],
    ['a signed length', `${POST}Content-Length: +5\r\n\r\n`],
    ['a negative length', `${POST}Content-Length: -5\r\n\r\n`],
    ['a hexadecimal length', `${POST}Content-Length: 0x5\r\n\r\n`],
    ['a length with a point', `${POST}Content-Length: 5.0\r\n\r\n`],
    ['a length of two words', `${POST}Content-Length: 5 5\r\n\r\n`],
    ['an empty length', `${POST}Content-Length:\r\n\r\n`],
    ['a length of 16 digits', `${POST}Content-Length: 1000000000000000\r\n\r\n`],
    ['a length and a coding', `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['a coding and a length', `${POST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n`],
    ['the coding twice', `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['a tab behind the coding', `${POST}Transfer-Encoding: chunked\t\r\n\r\n`],
    ['a tab before the coding', `${POST}Transfer-Encoding:\tchunked\r\nX: y\r\n\r\n`],
    ['a tab before a length', `${POST}Content-Length:\t5\r\nX: y\r\n\r\n`],
    ['a tab behind a length', `${POST}Content-Length: 5 \t\r\n\r\n`],
    ['two codings in two fields', `${POST}Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['chunked before another coding', `${POST}Transfer-Encoding: chunked, identity\r\n\r\n`],
    ['chunked with a parameter', `${POST}Transfer-Encoding: chunked;q=1\r\n\r\n`],
    ['a coding on HTTP/1.0', `POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`],
  ];
  test.each(malformed)('%s', (_, bytes) => {
    expect(parse(bytes)).toBe('malformed-request');
  });

  const paths = [
    '/..',
    '/.',
    '/../',
    '/./a',
    '/a/..',
    '/a/../b',
    '/a/.',
    '/%2e%2e/',
    '/%2E./',
    '/.%2e',
    '/a/%2e',
    '/a%2f..',
    '/a%2F..%2fb',
    '/..%2f',
    '/..;/a',
    '/..;a=b/c',
    '/.;/',
    '/..%3b/',
    '/a\\b',
    '/..\\',
    '/%5c',
    '/a%5Cb',
    '/%00',
    '/a%00.html',
    '/%',
    '/a%',
    '/%2',
    '/%zz',
    '/%2x',
    '/..?a',
    '/a/..?b=/',
  ];
  test.each(paths)('the path %s, which two programs could resolve differently', (path) => {
    expect(parse(`GET ${path} HTTP/1.1\r\n${HOST}\r\n`)).toBe('malformed-request');
    expect(parse(`GET http://x.test${path} HTTP/1.1\r\n${HOST}\r\n`)).toBe('malformed-request');
  });

  const others: readonly Case[] = [
    ['TRACE', `TRACE / HTTP/1.1\r\n${HOST}\r\n`, 'method-refused'],
    ['CONNECT', 'CONNECT x.test:443 HTTP/1.1\r\nHost: x.test:443\r\n\r\n', 'method-refused'],
    ['HTTP/0.9', 'GET /\r\n', 'version-unknown'],
    ['HTTP/0.9 with a version', `GET / HTTP/0.9\r\n${HOST}\r\n`, 'version-unknown'],
    ['HTTP/9.9', `GET / HTTP/9.9\r\n${HOST}\r\n`, 'version-unknown'],
    ['HTTP/2.0', `GET / HTTP/2.0\r\n${HOST}\r\n`, 'version-unknown'],
    ['a list of codings', `${POST}Transfer-Encoding: gzip, chunked\r\n\r\n`, 'transfer-coding-unknown'],
    ['identity as a coding', `${POST}Transfer-Encoding: identity\r\n\r\n`, 'transfer-coding-unknown'],
    ['a coding that only ends alike', `${POST}Transfer-Encoding: xchunked\r\n\r\n`, 'transfer-coding-unknown'],
    ['no coding at all', `${POST}Transfer-Encoding:\r\n\r\n`, 'transfer-coding-unknown'],
    ['a coding behind a comma', `${POST}Transfer-Encoding: ,chunked\r\n\r\n`, 'transfer-coding-unknown'],
    ['an expectation that nobody knows', `${GET}${HOST}Expect: miracles\r\n\r\n`, 'expectation-unknown'],
    ['two expectations', `${POST}Expect: 100-continue\r\nExpect: 100-continue\r\n\r\n`, 'expectation-unknown'],
    ['129 fields', `${GET}${HOST}${'a:\r\n'.repeat(128)}\r\n`, 'head-too-large'],
  ];
  test.each(others)('%s', (_, bytes, code) => {
    expect(parse(bytes)).toBe(code);
  });

  test('a target of more than 16 KiB, before it ends', () => {
    expect(parseOnce(`GET /${'a'.repeat(16_383)}`)).toBe('partial');
    expect(parseOnce(`GET /${'a'.repeat(16_384)}`)).toBe('target-too-long');
    expect(parseOnce(`GET http://x.test/${'a'.repeat(16_384)} HTTP/1.1\r\n`)).toBe('target-too-long');
  });

  test('a head of more than 32 KiB, before it ends', () => {
    const head = `${GET}${HOST}X: `;
    expect(parseOnce(head + 'a'.repeat(32_767 - head.length))).toBe('partial');
    expect(parseOnce(head + 'a'.repeat(32_768 - head.length))).toBe('head-too-large');
    expect(parseOnce(`${head}${'a'.repeat(40_000)}\0`)).toBe('head-too-large');
  });

  test('its first byte already, where that says enough', () => {
    expect(['\0', '\x16', ' ', '\n', 'g', '{', '\x80'].map(parse)).toEqual(Array(7).fill('malformed-request'));
  });
});

describe('of a whole head can be asked', () => {
  const head = new RequestHead();
  const bytes = Buffer.from(
    `xx${GET}${HOST}Accept: text/html \r\nX-A: 1\r\nCookie: a\r\ncookie: b\r\n\r\nbody`,
    'latin1',
  );

  test('where it begins and ends, and each field', () => {
    expect(head.parse(bytes, 2, bytes.length)).toBe(headState.whole);
    expect(textOf(bytes, head.end, bytes.length)).toBe('body');
    expect(head.start).toBe(2);
    expect(findField(head.fields, field.accept)).toBe('text/html');
    expect(listValues(head.fields, field.cookie)).toEqual(['a', 'b']);
    expect(findField(head.fields, field.expect)).toBeUndefined();
    expect(nameAt(head.fields, 2)).toBe('X-A');
    expect(valueAt(head.fields, 2)).toBe('1');
  });

  test('nothing of the head before it', () => {
    parse(`${POST}Expect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n`);
    expect(parse(`${GET}${HOST}\r\n`)).toBe('GET /  x.test keep');
    parse('TRACE / ');
    expect(parse(`${GET}${HOST}\r\n`)).toBe('GET /  x.test keep');
  });
});

const head = new RequestHead();

function parse(bytes: string): string {
  return parseHowever(bytes, { parse: (...range) => head.parse(...range), render });
}

function parseOnce(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  return head.parse(bytes, 0, bytes.length) === headState.partial ? 'partial' : render();
}

function render(): string {
  if (head.refusal !== undefined) return head.refusal.code;
  const text = (start: number, end: number): string => textOf(head.bytes, start, end);
  const host = `${text(head.hostStart, head.hostEnd)}${text(head.hostEnd, head.hostValueEnd).replace('.', ' .')}`;
  const parts = [
    head.minorVersion === 1 ? '' : `1.${head.minorVersion} `,
    `${head.method} ${text(head.targetStart, head.pathEnd)} ${text(head.pathEnd, head.targetEnd)} ${host}`,
    head.keepsAlive ? ' keep' : ' close',
    head.contentLength === -1 ? '' : ` length=${head.contentLength}`,
    head.isChunked ? ' chunked' : '',
    head.expectsContinue ? ' expects' : '',
    head.isWebSocket ? ' websocket' : '',
  ];
  return parts.join('');
}
