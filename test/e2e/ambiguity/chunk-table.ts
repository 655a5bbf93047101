import { cut, type Fate, host, passed, type RawRequest } from './raw-case.ts';

function chunked(title: string, body: string, fate: Fate = cut): RawRequest {
  return {
    title: `chunks: ${title}`,
    bytes: `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${body}`,
    fate,
  };
}

const whole = (body: string): Fate => passed(`POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${body}`);
const end = '0\r\n\r\n';

/** The framing of a chunked body (RFC 9112, 7.1). */
export const chunkTable: readonly RawRequest[] = [
  chunked('as it should be', `5\r\nhello\r\n${end}`, whole(`5\r\nhello\r\n${end}`)),
  chunked('two of them', `5\r\nhello\r\n1\r\n!\r\n${end}`, whole(`5\r\nhello\r\n1\r\n!\r\n${end}`)),
  chunked('an empty body', end, whole(end)),
  chunked('a size in capitals', `A\r\n0123456789\r\n${end}`, whole(`a\r\n0123456789\r\n${end}`)),
  chunked('a bare LF behind the size', `5\nhello\r\n${end}`),
  chunked('a bare CR behind the size', `5\rhello\r\n${end}`),
  chunked('a bare LF behind the data', `5\r\nhello\n${end}`),
  chunked('nothing behind the data', `5\r\nhello${end}`),
  chunked('two bytes that are no line end', `5\r\nhelloXX${end}`),
  chunked('more data than said', `4\r\nhello\r\n${end}`),
  chunked('less data than said', `7\r\nhello\r\n${end}`),
  chunked('a space before the size', ` 5\r\nhello\r\n${end}`),
  chunked('a space behind the size', `5 \r\nhello\r\n${end}`),
  chunked('a tab behind the size', `5\t\r\nhello\r\n${end}`),
  chunked('a size with 0x', `0x5\r\nhello\r\n${end}`),
  chunked('a signed size', `+5\r\nhello\r\n${end}`),
  chunked('a negative size', `-5\r\nhello\r\n${end}`),
  chunked('no size', `\r\nhello\r\n${end}`),
  chunked('a size that is a word', `five\r\nhello\r\n${end}`),
  chunked('a size of 17 digits', `10000000000000005\r\nhello\r\n${end}`),
  chunked('a size beyond 64 bits', `fffffffffffffffff\r\nhello\r\n${end}`),
  chunked('an extension', `5;a=b\r\nhello\r\n${end}`),
  chunked('an extension with a bare LF', `5;a=\nb\r\nhello\r\n${end}`),
  chunked('an extension without a name', `5;\r\nhello\r\n${end}`),
  chunked('an extension on the last one', `5\r\nhello\r\n0;a\r\n\r\n`),
  chunked('a last one of many zeros with a LF', `5\r\nhello\r\n000\n\r\n`),
  chunked('an end with bare LFs', '5\r\nhello\r\n0\n\n'),
  chunked('an end with a bare CR', '5\r\nhello\r\n0\r\r'),
  chunked('a NUL in the size', `5\0\r\nhello\r\n${end}`),
  chunked('a trailer with a space before its colon', '5\r\nhello\r\n0\r\nX : y\r\n\r\n'),
  chunked('a folded trailer', '5\r\nhello\r\n0\r\nX: y\r\n z\r\n\r\n'),
  chunked('a trailer with a bare LF', '5\r\nhello\r\n0\r\nX: y\n\r\n'),
  chunked('a trailer with a NUL', '5\r\nhello\r\n0\r\nX: y\0\r\n\r\n'),
  chunked('a trailer beyond all bounds', `5\r\nhello\r\n0\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`),
];
