import { type Fate, host, passed, type RawRequest, refused } from './raw-case.ts';

const chunks = '5\r\nhello\r\n0\r\n\r\n';

function framed(title: string, fields: string, { body = 'hello', fate = refused(), version = '1.1' } = {}): RawRequest {
  return { title: `length: ${title}`, bytes: `POST / HTTP/${version}\r\n${host}${fields}\r\n${body}`, fate };
}

function coded(title: string, fields: string, fate: Fate = refused(400, 501)): RawRequest {
  return framed(title, fields, { body: chunks, fate });
}

const length = (text: string): string => `Content-Length: ${text}\r\n`;
const coding = (text: string): string => `Transfer-Encoding: ${text}\r\n`;
const wholeLength = passed(`POST / HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nhello`);
const wholeChunks = passed(`POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${chunks}`);

/** One way only to tell where a message ends (RFC 9112, 6). */
export const lengthTable: readonly RawRequest[] = [
  framed('as it should be', length('5'), { fate: wholeLength }),
  framed('of nothing', length('0'), { body: '', fate: passed(`POST / HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n`) }),
  framed('none', '', { body: '', fate: passed(`POST / HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n`) }),
  framed('two equal ones', length('5') + length('5')),
  framed('two different ones', length('5') + length('6')),
  framed('a list of equal ones', length('5, 5')),
  framed('a list of different ones', length('5, 6')),
  framed('a plus', length('+5')),
  framed('a minus', length('-5')),
  framed('hexadecimal', length('0x5')),
  framed('a fraction', length('5.0')),
  framed('an exponent', length('5e0')),
  framed('underscored digits', length('0_5')),
  framed('a word', length('five')),
  framed('empty', length('')),
  framed('a space between digits', length('5 5')),
  framed('quoted', length('"5"')),
  framed('beyond 64 bits', length('18446744073709551621')),
  framed('beyond 53 bits', length('99999999999999999999')),
  framed('a vertical tab before it', length('\x0b5')),
  framed('a NUL behind it', length('5\0')),
  framed('a high byte that looks like a digit', length('\xb2')),
  framed('folded', 'Content-Length:\r\n 5\r\n'),
  framed('a space before the colon', 'Content-Length : 5\r\n'),
  framed('a tab before the colon', 'Content-Length\t: 5\r\n'),
  coded('a coding and a length', coding('chunked') + length('5')),
  coded('a length and a coding', length('5') + coding('chunked')),
  coded('a coding and a length of nothing', coding('chunked') + length('0')),
  coded('a coding twice', coding('chunked') + coding('chunked')),
  coded('a coding twice in one field', coding('chunked, chunked')),
  coded('another coding first', coding('gzip, chunked')),
  coded('another coding last', coding('chunked, gzip')),
  coded('identity', coding('identity')),
  coded('identity last', coding('chunked, identity')),
  coded('identity and a length', coding('identity') + length('5')),
  coded('an unknown coding', coding('xchunked')),
  coded('a coding with a parameter', coding('chunked;a=b')),
  coded('a coding in quotes', coding('"chunked"')),
  coded('a coding with a comma', coding('chunked,')),
  coded('a coding behind a comma', coding(',chunked')),
  coded('a coding behind a vertical tab', coding('\x0bchunked')),
  coded('a coding with a NUL', coding('chunked\0')),
  coded('a coding with a bare CR', coding('chunked\r')),
  coded('an empty coding', coding('')),
  coded('an empty coding and a good one', coding('') + coding('chunked')),
  coded('a folded coding', 'Transfer-Encoding:\r\n chunked\r\n'),
  coded('a coding folded behind its name', 'Transfer-Encoding: chunked\r\n , identity\r\n'),
  coded('a space before the colon of the coding', 'Transfer-Encoding : chunked\r\n'),
  coded('a coding whose name has a NUL', 'Transfer\0-Encoding: chunked\r\n'),
  coded('a coding as it should be', coding('chunked'), wholeChunks),
  coded('a coding in capitals', coding('CHUNKED'), wholeChunks),
  coded('a coding with tabs around it', 'Transfer-Encoding:\tchunked\t\r\n'),
  framed('a coding on HTTP/1.0', coding('chunked'), { body: chunks, version: '1.0', fate: refused(400, 501) }),
  framed('on HTTP/1.0', length('5'), { version: '1.0', fate: wholeLength }),
  framed('that Connection nominates', `Connection: content-length\r\n${length('5')}`, { fate: wholeLength }),
  coded('a coding that Connection nominates', `Connection: transfer-encoding\r\n${coding('chunked')}`, wholeChunks),
  framed('an underscore twin', `Content_Length: 50\r\n${length('5')}`, { fate: wholeLength }),
  framed('an underscore twin of the coding', `Transfer_Encoding: chunked\r\n${length('5')}`, { fate: wholeLength }),
];
