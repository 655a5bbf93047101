import type { AnswerHead, BodyKind } from './answer-head.ts';
import { byte, bytesOf } from './byte.ts';
import { copyFields, copyKind } from './copy-fields.ts';
import { bitsOf, field } from './field.ts';
import { nameAt, valueAt } from './field-text.ts';
import { type DroppedFields, hopByHop, type Passage } from './passage.ts';
import { rewriteCookie, rewriteLocation } from './place.ts';
import type { Slab } from './slab.ts';

const { space } = byte;

/** How an answer goes to its visitor. */
export interface AnswerOrder {
  /** What the visitor speaks: chunks are for `http1.1` only, and `http2` has a framing of its own. */
  readonly speaks: 'http1.1' | 'http1.0' | 'http2';
  readonly isAnswerToHead: boolean;
  /** The visitor's connection stays open, if the framing lets it. */
  readonly keepsAlive: boolean;
  /** The way the request went. */
  readonly passage: Passage;
  /** The visitor's Host, as it said it; needed only when `changesPlaces` says so of the passage. */
  readonly host: string;
  /** Whole lines that are added: a cookie, a date when the app gave none. */
  readonly extra: Uint8Array | undefined;
  readonly dateLine: Uint8Array | undefined;
}

const VERSION = bytesOf('HTTP/1.1 ');
const LENGTH = bytesOf('Content-Length: ');
const CHUNKED = bytesOf('Transfer-Encoding: chunked\r\n');
const CLOSE = bytesOf('Connection: close\r\n');
const KEEP_ALIVE = bytesOf('Connection: keep-alive\r\n');
const WEB_SOCKET = bytesOf('Connection: Upgrade\r\nUpgrade: websocket\r\n');

const dropped: DroppedFields = { kinds: hopByHop, names: undefined };
const places = bitsOf([field.contentLocation, field.location, field.setCookie]);
const droppedOrRewritten: DroppedFields = { kinds: hopByHop | places, names: undefined };

/**
 * The head for the visitor, framed anew. Returns how the body goes out: `close` is for visitors of HTTP/1.0, whose
 * connection then ends with it.
 */
export function composeAnswer(slab: Slab, head: AnswerHead, order: AnswerOrder): BodyKind {
  const start = composeStatus(slab, head);
  const isMoved = changesPlaces(order.passage) && (head.fields.seen & places) !== 0;
  copyFields(slab, head.fields, isMoved ? droppedOrRewritten : dropped, start);
  if (isMoved) composePlaces(slab, head, order);
  const kind = head.status < 200 ? composeInterim(slab, head) : composeFinal(slab, head, order);
  slab.crlf();
  return kind;
}

/** The app's own paths are not the visitor's: `AnswerOrder.host` is needed. */
export function changesPlaces({ prefix, base, host, renames }: Passage): boolean {
  return prefix !== '' || base !== '' || host !== undefined || renames !== undefined;
}

/** Returns where the copying of what comes behind it begins: at its own start, when it goes on as it is. */
function composeStatus(slab: Slab, head: AnswerHead): number {
  const { bytes, start, reasonStart, reasonEnd } = head;
  if (head.minorVersion === 1 && bytes[reasonStart - 1] === space) return start;
  slab.put(VERSION);
  slab.number(head.status);
  slab.ascii(' ');
  slab.copy(bytes, reasonStart, reasonEnd);
  slab.crlf();
  return head.fields.start;
}

function composePlaces(slab: Slab, { fields }: AnswerHead, { passage, host }: AnswerOrder): void {
  for (let index = 0; index < fields.count; index += 1) {
    const kind = fields.kinds[index] as number;
    if (((places >>> kind) & 1) === 0) continue;
    const value = valueAt(fields, index);
    const place = kind === field.setCookie ? rewriteCookie(value, passage) : rewriteLocation(value, passage, host);
    slab.ascii(`${nameAt(fields, index)}: ${place}\r\n`);
  }
}

function composeInterim(slab: Slab, head: AnswerHead): BodyKind {
  if (head.status === 101) slab.put(WEB_SOCKET);
  return 'none';
}

function composeFinal(slab: Slab, head: AnswerHead, order: AnswerOrder): BodyKind {
  if (order.extra !== undefined) slab.put(order.extra);
  if (order.dateLine !== undefined && !head.fields.has(field.date)) slab.put(order.dateLine);
  const kind = composeFraming(slab, head, order);
  const keeps = order.keepsAlive && kind !== 'close';
  if (!keeps && order.speaks !== 'http2') slab.put(CLOSE);
  else if (order.speaks === 'http1.0') slab.put(KEEP_ALIVE);
  return kind;
}

function composeFraming(slab: Slab, head: AnswerHead, { speaks, isAnswerToHead }: AnswerOrder): BodyKind {
  const kind = head.bodyKind(isAnswerToHead);
  if (head.contentLength >= 0) {
    slab.put(LENGTH);
    slab.number(head.contentLength);
    slab.crlf();
  }
  if (kind === 'none' || kind === 'length') return kind;
  if (speaks !== 'http1.1') return speaks === 'http1.0' ? 'close' : kind;
  if (head.isChunked) copyKind(slab, head.fields, field.trailer);
  slab.put(CHUNKED);
  return 'chunked';
}
