import { expect } from 'vitest';
import { type HeadState, headState } from './request-head.ts';

interface Parsed {
  parse(bytes: Uint8Array, start: number, end: number): HeadState;
}

/**
 * What a parser says of a text, however it is cut: the text comes byte by byte, at once, and in the middle of a buffer
 * whose other bytes are of something else; it has to say the same each time.
 */
export function parseHowever(
  text: string,
  { parse, render }: { parse: Parsed['parse']; render: () => string },
): string {
  const bytes = Buffer.from(text, 'latin1');
  const whole = describeState(parse(bytes, 0, bytes.length), render);
  let grown = 'partial';
  for (let end = 0; end <= bytes.length && grown === 'partial'; end += 1)
    grown = describeState(parse(bytes, 0, end), render);
  expect(grown).toBe(whole);
  const among = Buffer.concat([Buffer.from('x\r\n\r\n'), bytes, Buffer.from('\r\n\r\nGET / HTTP/1.1\r\n\r\n')]);
  expect(describeState(parse(among, 5, 5 + bytes.length), render)).toBe(whole);
  return whole;
}

function describeState(state: HeadState, render: () => string): string {
  return state === headState.partial ? 'partial' : render();
}
