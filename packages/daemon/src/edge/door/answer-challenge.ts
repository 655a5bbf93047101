import type { Arrival } from '../exchange/arrival.ts';
import type { Page } from '../page.ts';
import { textOf } from '../wire/byte.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { ChallengeBook } from './challenge-book.ts';

/** What a certificate authority is answered that checks a host by plain http (RFC 8555, 8.3); undefined for all other requests. */
export function answerChallenge(book: ChallengeBook, head: RequestHead, { scheme }: Arrival): Page | undefined {
  if (scheme !== 'http') return undefined;
  const host = textOf(head.bytes, head.hostStart, head.hostEnd).toLowerCase();
  const text = book.findText(host, textOf(head.bytes, head.targetStart, head.pathEnd));
  if (text === undefined) return undefined;
  const headers = ['Content-Type', 'text/plain', 'Content-Length', String(text.length), 'Cache-Control', 'no-store'];
  return { status: 200, headers, body: Buffer.from(text, 'latin1') };
}
