import { byte, bytesOf, textOf } from './byte.ts';
import { copyFields, copyKind } from './copy-fields.ts';
import { field } from './field.ts';
import { listValues } from './field-text.ts';
import type { Origin } from './origin.ts';
import type { Passage } from './passage.ts';
import type { RequestHead } from './request-head.ts';
import type { Slab } from './slab.ts';

const { slash } = byte;

/** Where a request came from and how it gets to its target. */
export interface RequestOrder {
  readonly origin: Origin;
  readonly passage: Passage;
}

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);
const VERSION = bytesOf(' HTTP/1.1\r\n');
const FORWARDED_HOST = bytesOf('"\r\nX-Forwarded-Host: ');
const CHUNKED = bytesOf('Transfer-Encoding: chunked\r\n');
const LENGTH = bytesOf('Content-Length: ');
const CONTINUE = bytesOf('Expect: 100-continue\r\n');
const WEB_SOCKET = bytesOf('Connection: Upgrade\r\nUpgrade: websocket\r\n');

/**
 * The head for the app: made anew from the parsed one, with one clear framing. What the visitor says about where it
 * comes from counts only when it is trusted.
 */
export function composeRequest(slab: Slab, head: RequestHead, { origin, passage }: RequestOrder): void {
  const start = composeLine(slab, head, passage);
  copyFields(slab, head.fields, origin.isTrusted ? passage.fromTrusted : passage.fromStranger, start);
  if (passage.host !== undefined) slab.ascii(`Host: ${passage.host}\r\n`);
  if (passage.dropsCookies !== undefined) composeCookies(slab, head, passage.dropsCookies);
  slab.put(passage.lines);
  if (passage.forwards) {
    if (origin.isTrusted) composeTrustedOrigin(slab, head, { origin, passage });
    else composeOrigin(slab, head, { origin, passage });
  }
  composeFraming(slab, head);
  slab.crlf();
}

/** Returns where the copying of what comes behind it begins: at its own start, when it goes on as it is. */
function composeLine(slab: Slab, head: RequestHead, { prefix, base }: Passage): number {
  const { bytes, methodEnd, targetStart, targetEnd, fields } = head;
  const isRelative = targetStart === methodEnd + 1;
  if (isRelative && head.minorVersion === 1 && prefix === '' && base === '') return head.start;
  const from = targetStart + prefix.length;
  slab.copy(bytes, head.start, methodEnd + 1);
  if (base !== '') slab.ascii(base);
  if (prefix !== '' && bytes[from] !== slash) slab.ascii('/');
  slab.copy(bytes, from, targetEnd);
  slab.put(VERSION);
  return fields.start;
}

function composeOrigin(slab: Slab, head: RequestHead, { origin, passage }: RequestOrder): void {
  slab.put(origin.lines);
  slab.copy(head.bytes, head.hostStart, head.hostValueEnd);
  slab.put(FORWARDED_HOST);
  slab.copy(head.bytes, head.hostStart, head.hostValueEnd);
  slab.crlf();
  if (passage.prefix !== '') slab.ascii(`X-Forwarded-Prefix: ${passage.prefix}\r\n`);
}

/** What a trusted proxy says goes first; where one value counts, it is the last it says. */
function composeTrustedOrigin(slab: Slab, head: RequestHead, { origin, passage }: RequestOrder): void {
  const said = (kind: number): readonly string[] => listValues(head.fields, kind);
  const host = textOf(head.bytes, head.hostStart, head.hostValueEnd);
  const forwarded = `${textOf(origin.node, 0, origin.node.length)}${host}"`;
  slab.ascii(`X-Forwarded-For: ${[...said(field.xForwardedFor), origin.address].join(', ')}\r\n`);
  slab.ascii(`X-Forwarded-Proto: ${said(field.xForwardedProto).at(-1) ?? origin.scheme}\r\n`);
  slab.ascii(`Forwarded: ${[...said(field.forwarded), forwarded].join(', ')}\r\n`);
  slab.ascii(`X-Forwarded-Host: ${said(field.xForwardedHost).at(-1) ?? host}\r\n`);
  const prefix = (said(field.xForwardedPrefix).at(-1) ?? '') + passage.prefix;
  if (prefix !== '') slab.ascii(`X-Forwarded-Prefix: ${prefix}\r\n`);
}

/** Those that are left, as they came. */
function composeCookies(slab: Slab, { fields }: RequestHead, dropped: ReadonlySet<string>): void {
  if (!fields.has(field.cookie)) return;
  const left = listValues(fields, field.cookie)
    .flatMap((value) => value.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '' && !dropped.has(pair.split('=', 1)[0]?.trim() ?? ''));
  if (left.length > 0) slab.put(bytesOf(`Cookie: ${left.join('; ')}\r\n`));
}

function composeFraming(slab: Slab, head: RequestHead): void {
  if (head.isChunked) {
    copyKind(slab, head.fields, field.trailer);
    slab.put(CHUNKED);
  } else if (head.contentLength >= 0 || WITH_BODY.has(head.method)) {
    slab.put(LENGTH);
    slab.number(Math.max(head.contentLength, 0));
    slab.crlf();
  }
  if (head.expectsContinue) slab.put(CONTINUE);
  if (head.isWebSocket) slab.put(WEB_SOCKET);
}
