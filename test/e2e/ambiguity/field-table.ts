import { type Fate, host, passed, type RawRequest, refused } from './raw-case.ts';

function fields(title: string, text: string, fate: Fate = refused()): RawRequest {
  return { title: `fields: ${title}`, bytes: `GET / HTTP/1.1\r\n${host}${text}\r\n`, fate };
}

const reaches = (text: string): Fate => passed(`GET / HTTP/1.1\r\n${host}${text}\r\n`);

/** The grammar of fields, and which of them go on to the app (RFC 9110, 5 and 7.6). */
export const fieldTable: readonly RawRequest[] = [
  fields('a bare LF between them', 'A: b\nC: d\r\n'),
  fields('a bare CR between them', 'A: b\rC: d\r\n'),
  fields('a bare CR at the end of a value', 'A: b\r\r\n'),
  fields('a NUL in a value', 'A: b\0c\r\n'),
  fields('a NUL in a name', 'A\0: b\r\n'),
  fields('a control byte in a value', 'A: b\x01c\r\n'),
  fields('a DEL in a value', 'A: b\x7fc\r\n'),
  fields('a vertical tab in a value', 'A: b\x0bc\r\n'),
  fields('no colon', 'A\r\n'),
  fields('no name', ': b\r\n'),
  fields('a space in a name', 'A B: c\r\n'),
  fields('a space before the colon', 'A : b\r\n'),
  fields('a tab before the colon', 'A\t: b\r\n'),
  fields('a high byte in a name', '\xc4: b\r\n'),
  fields('a parenthesis in a name', 'A(: b\r\n'),
  fields('a slash in a name', 'A/B: c\r\n'),
  fields('a folded value', 'A: b\r\n c\r\n'),
  fields('a folded value by a tab', 'A: b\r\n\tc\r\n'),
  fields('a value beyond all bounds', `A: ${'x'.repeat(40_000)}\r\n`, refused(431)),
  fields('300 of them', 'A: b\r\n'.repeat(300), refused(431)),
  fields('an expectation nobody knows', 'Expect: miracles\r\n', refused(417)),
  fields('two expectations', 'Expect: 100-continue, miracles\r\n', refused(417)),
  fields('a high byte in a value', 'A: \xe4\r\n', reaches('A: \xe4\r\n')),
  fields('an empty value', 'A:\r\n', reaches('A:\r\n')),
  fields(
    'one of this hop',
    'Keep-Alive: timeout=5\r\nTE: gzip\r\nProxy-Connection: x\r\nA: b\r\n',
    reaches('A: b\r\n'),
  ),
  fields(
    'one that Connection nominates',
    'Connection: close, X-Secret\r\nX-Secret: a\r\nA: b\r\n',
    reaches('A: b\r\n'),
  ),
  fields('Connection nominates what the edge adds', 'Connection: x-forwarded-for, forwarded\r\n', reaches('')),
  fields('Connection nominates the host', 'Connection: host\r\n', reaches('')),
  fields('a trap for CGI programs', 'Proxy: http://evil.test\r\n', reaches('')),
  fields('credentials for a proxy', 'Proxy-Authorization: Basic eA==\r\n', reaches('')),
  fields('forged traces', 'X-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\n', reaches('')),
  fields('forged traces with underscores', 'X_Forwarded_For: 1.2.3.4\r\nX-Forwarded_Proto: https\r\n', reaches('')),
  fields(
    'an upgrade to h2c',
    'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n',
    reaches(''),
  ),
  fields('an upgrade to TLS', 'Connection: Upgrade\r\nUpgrade: TLS/1.2\r\n', reaches('')),
  fields('an underscore of its own', 'My_Field: a\r\n', reaches('My_Field: a\r\n')),
];

const next = `GET /smuggled HTTP/1.1\r\n${host}\r\n`;

/** What comes behind a message on its connection. */
export const behindTable: readonly RawRequest[] = [
  {
    title: 'behind: a request behind a length and a coding',
    bytes: `POST / HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${next}`,
    fate: refused(),
  },
  {
    title: 'behind: a request behind two lengths',
    bytes: `POST / HTTP/1.1\r\n${host}Content-Length: 0\r\nContent-Length: ${next.length}\r\n\r\n${next}`,
    fate: refused(),
  },
  {
    title: 'behind: a request as the body of a GET',
    bytes: `GET / HTTP/1.1\r\n${host}Content-Length: ${next.length}\r\n\r\n${next}`,
    fate: passed(`GET / HTTP/1.1\r\n${host}Content-Length: ${next.length}\r\n\r\n${next}`),
  },
  {
    title: 'behind: a request as the chunk of a DELETE',
    bytes: `DELETE / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${next.length.toString(16)}\r\n${next}\r\n0\r\n\r\n`,
    fate: passed(
      `DELETE / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${next.length.toString(16)}\r\n${next}\r\n0\r\n\r\n`,
    ),
  },
  {
    title: 'behind: a request as the chunk of an OPTIONS',
    bytes: `OPTIONS / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${next.length.toString(16)}\r\n${next}\r\n0\r\n\r\n`,
    fate: passed(
      `OPTIONS / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${next.length.toString(16)}\r\n${next}\r\n0\r\n\r\n`,
    ),
  },
  {
    title: 'behind: a WebSocket with a length',
    bytes: `GET / HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nhello`,
    fate: passed(`GET / HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nhello`),
  },
  { title: 'behind: a TLS hello on the plain port', bytes: '\x16\x03\x01\x02\x00\x01\x00\x01', fate: refused() },
];
