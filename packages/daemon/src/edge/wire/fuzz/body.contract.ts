import type { Random } from './random.contract.ts';

/** A body as it is meant, and its bytes. */
export interface SampleBody {
  readonly data: string;
  readonly bytes: string;
}

const PIECES = ['', 'a', 'hello', '\r\n', '0\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', '\0\xff', 'x'.repeat(300)];
const TRAILERS = ['', '', '', 'X-Sum: abc\r\n', 'A:\r\nB: \t c \t\r\n', 'Cookie: a\r\nX_Forwarded_For: 1.2.3.4\r\n'];

/** So many bytes of something. */
export function sizedBody(length: number): SampleBody {
  const data = 'GET /body HTTP/1.1\r\n\r\n'.repeat(1 + length / 20).slice(0, length);
  return { data, bytes: data };
}

/** A few chunks, now and then with trailers. */
export function chunkedBody(random: Random): SampleBody {
  const pieces = Array.from({ length: random.below(4) }, () => random.oneOf(PIECES)).filter((piece) => piece !== '');
  const chunks = pieces.map((piece) => `${renderSize(piece.length, random)}\r\n${piece}\r\n`);
  return {
    data: pieces.join(''),
    bytes: `${chunks.join('')}${renderSize(0, random)}\r\n${random.oneOf(TRAILERS)}\r\n`,
  };
}

function renderSize(size: number, random: Random): string {
  const digits = '0'.repeat(random.below(3)) + size.toString(16);
  return random.isOne(2) ? digits : digits.toUpperCase();
}
