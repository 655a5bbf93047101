import { code, data, type Field, flag, headers, pack, request } from './frame.ts';
import type { StrictCase } from './strict-case.ts';

const { endHeaders } = flag;
const malformed = { kind: 'malformed', stream: 1 } as const;
const answered = { kind: 'answered', stream: 1 } as const;
const garbled = { kind: 'connection-error', codes: [code.compression] } as const;
const post = (...more: readonly Field[]): readonly Field[] => [...request({ ':method': ['POST'] }), ...more];
const bytes = (...parts: readonly Buffer[]) => Buffer.concat(parts);

type Row = readonly [section: string, title: string, fields: readonly Field[]];

const goodFields: readonly Row[] = [
  ['8.2.2', 'TE: trailers', [...request(), ['te', 'trailers']]],
  ['8.2.3', 'a cookie in pieces', [...request(), ['cookie', 'a=b'], ['cookie', 'c=d']]],
  ['8.3.1', 'a Host that says the same', [...request(), ['host', 'app.test']]],
  ['8.3.1', 'a Host alone', [...request({ ':authority': [] }), ['host', 'app.test']]],
];

const badFields: readonly Row[] = [
  ['8.2', 'a name in upper case', [...request(), ['X-Test', 'ok']]],
  ['8.2.1', 'a name with a space', [...request(), ['x test', 'ok']]],
  ['8.2.1', 'a name with a colon', [...request(), ['x:test', 'ok']]],
  ['8.2.1', 'a name with a control byte', [...request(), ['x\x01test', 'ok']]],
  ['8.2.1', 'a name with a line end', [...request(), ['x\r\ntest', 'ok']]],
  ['8.2.1', 'a name of nothing', [...request(), ['', 'ok']]],
  ['8.2.1', 'a value with a zero byte', [...request(), ['x-test', 'o\0k']]],
  ['8.2.1', 'a value with CR', [...request(), ['x-test', 'o\rk']]],
  ['8.2.1', 'a value with LF', [...request(), ['x-test', 'o\nk']]],
  ['8.2.1', 'a value that begins with a space', [...request(), ['x-test', ' ok']]],
  ['8.2.1', 'a value that ends with a tab', [...request(), ['x-test', 'ok\t']]],
  ['8.2.2', 'Connection', [...request(), ['connection', 'keep-alive']]],
  ['8.2.2', 'Keep-Alive', [...request(), ['keep-alive', 'timeout=5']]],
  ['8.2.2', 'Proxy-Connection', [...request(), ['proxy-connection', 'keep-alive']]],
  ['8.2.2', 'Transfer-Encoding', [...request(), ['transfer-encoding', 'chunked']]],
  ['8.2.2', 'Upgrade', [...request(), ['upgrade', 'h2c']]],
  ['8.2.2', 'TE other than trailers', [...request(), ['te', 'trailers, deflate']]],
  ['8.3', 'an unknown pseudo-field', request({ ':test': ['ok'] })],
  ['8.3', 'a pseudo-field of answers', request({ ':status': ['200'] })],
  ['8.3', 'a pseudo-field behind a field', [...request({ ':path': [] }), ['x-test', 'ok'], [':path', '/']]],
  ['8.3.1', 'no :method', request({ ':method': [] })],
  ['8.3.1', 'no :scheme', request({ ':scheme': [] })],
  ['8.3.1', 'no :path', request({ ':path': [] })],
  ['8.3.1', 'no host at all', request({ ':authority': [] })],
  ['8.3.1', 'two :method', request({ ':method': ['GET', 'GET'] })],
  ['8.3.1', 'two :scheme', request({ ':scheme': ['https', 'https'] })],
  ['8.3.1', 'two :path', request({ ':path': ['/', '/'] })],
  ['8.3.1', 'two :authority', request({ ':authority': ['app.test', 'app.test'] })],
  ['8.3.1', 'an empty :path', request({ ':path': [''] })],
  ['8.3.1', 'a :path without a slash', request({ ':path': ['index'] })],
  ['8.3.1', 'a :path with a space', request({ ':path': ['/a b'] })],
  ['8.3.1', 'a :path with a line end', request({ ':path': ['/ HTTP/1.1\r\nhost: other.test\r\n'] })],
  ['8.3.1', 'the :path * of a GET', request({ ':path': ['*'] })],
  ['8.3.1', 'a :method that is no word', request({ ':method': ['GE T'] })],
  ['8.3.1', 'an :authority with a user', request({ ':authority': ['me@app.test'] })],
  ['8.3.1', 'a Host that says something else', [...request(), ['host', 'other.test']]],
  ['8.3.1', 'two Hosts', [...request(), ['host', 'app.test'], ['host', 'app.test']]],
  ['8.5', 'CONNECT with a :path', request({ ':method': ['CONNECT'], ':scheme': [] })],
  [
    '8.5',
    'CONNECT of a proxy',
    request({ ':method': ['CONNECT'], ':scheme': [], ':path': [], ':authority': ['x:22'] }),
  ],
];

const bodies: readonly StrictCase[] = [
  {
    section: '8.1',
    title: 'trailers',
    bytes: bytes(headers(1, post(), endHeaders), data(1, 'x', 0), headers(1, [['x-test', 'ok']])),
    fate: answered,
  },
  {
    section: '8.1',
    title: 'trailers that do not end the request',
    bytes: bytes(headers(1, post(), endHeaders), data(1, 'x', 0), headers(1, [['x-test', 'ok']], endHeaders)),
    fate: malformed,
  },
  {
    section: '8.1',
    title: 'trailers with a pseudo-field',
    bytes: bytes(headers(1, post(), endHeaders), data(1, 'x', 0), headers(1, [[':method', 'GET']])),
    fate: malformed,
  },
  {
    section: '8.1',
    title: 'trailers with a name in upper case',
    bytes: bytes(headers(1, post(), endHeaders), data(1, 'x', 0), headers(1, [['X-Test', 'ok']])),
    fate: malformed,
  },
  {
    section: '8.1.1',
    title: 'a body as long as it was said',
    bytes: bytes(headers(1, post(['content-length', '2']), endHeaders), data(1, 'a', 0), data(1, 'b')),
    fate: answered,
  },
  {
    section: '8.1.1',
    title: 'a body shorter than it was said',
    bytes: bytes(headers(1, post(['content-length', '2']), endHeaders), data(1, 'x')),
    fate: malformed,
  },
  {
    section: '8.1.1',
    title: 'a body longer than it was said, in one piece',
    bytes: bytes(headers(1, post(['content-length', '1']), endHeaders), data(1, 'xy')),
    fate: malformed,
  },
  {
    section: '8.1.1',
    title: 'a body longer than it was said, in two',
    bytes: bytes(headers(1, post(['content-length', '1']), endHeaders), data(1, 'x', 0), data(1, 'y')),
    fate: malformed,
  },
  {
    section: '8.1.1',
    title: 'no body where one was said',
    bytes: headers(1, post(['content-length', '1'])),
    fate: malformed,
  },
  {
    section: '8.1.1',
    title: 'two lengths',
    bytes: bytes(headers(1, post(['content-length', '1'], ['content-length', '2']), endHeaders), data(1, 'x')),
    fate: malformed,
  },
  {
    section: '8.1.1',
    title: 'a length that is no number',
    bytes: bytes(headers(1, post(['content-length', '0x1']), endHeaders), data(1, 'x')),
    fate: malformed,
  },
];

const compression: readonly (readonly [section: string, title: string, block: string])[] = [
  ['HPACK 2.3.3', 'an index behind the tables', 'ff8001'],
  ['HPACK 2.3.3', 'a name’s index behind the tables', '7f800102 6f6b'],
  ['HPACK 4.2', 'a change of the table’s size behind the fields', `${pack(request()).toString('hex')}20`],
  ['HPACK 5.1', 'a number without an end', 'ffffffffffffffffffffff'],
  ['HPACK 5.1', 'a number that is cut off', 'ffff'],
  ['HPACK 5.2', 'padding of more than seven bits', '0085f2b24a84ff8449509fff'],
  ['HPACK 5.2', 'padding with zeros', '0085f2b24a84ff83495090'],
  ['HPACK 5.2', 'the end of Huffman’s code within a text', '0085f2b24a84ff87fffffffd25427f'],
  ['HPACK 5.2', 'a text longer than its head', '00 7f00'],
  ['HPACK 6.1', 'the index 0', '80'],
  ['HPACK 6.3', 'a table larger than was offered', '3fe1ff03'],
];

/** Of messages and their heads: RFC 9113, 8, and RFC 7541. */
export const messageTable: readonly StrictCase[] = [
  ...goodFields.map(([section, title, fields]) => ({ section, title, bytes: headers(1, fields), fate: answered })),
  ...badFields.map(([section, title, fields]) => ({ section, title, bytes: headers(1, fields), fate: malformed })),
  ...bodies,
  ...compression.map(([section, title, block]) => {
    const known = bytes(pack(request()), Buffer.from(block.replaceAll(' ', ''), 'hex'));
    const isWhole = title.includes('behind the fields');
    return { section, title, bytes: headers(1, isWhole ? Buffer.from(block, 'hex') : known), fate: garbled };
  }),
];
