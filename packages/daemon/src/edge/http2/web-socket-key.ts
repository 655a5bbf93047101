import { createHash, randomBytes } from 'node:crypto';

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** For a handshake in the visitor's place: over HTTP/2 there is no key (RFC 8441, 5.1). */
export function makeWebSocketKey(): string {
  return randomBytes(16).toString('base64');
}

/** What the app has to answer to a key (RFC 6455, 4.2.2). */
export function acceptOf(key: string): string {
  return createHash('sha1')
    .update(key + MAGIC)
    .digest('base64');
}
