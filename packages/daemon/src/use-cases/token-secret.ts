import { createHash, randomBytes } from 'node:crypto';
import type { Token } from '../core/access.ts';

/** A token with a new secret. */
export function makeToken(fields: Omit<Token, 'hash' | 'lastUsedAt'>): { token: Token; secret: string } {
  const { secret, hash } = makeTokenSecret(fields.id);
  return { token: { ...fields, hash, lastUsedAt: null }, secret };
}

/** SHA-256 of the whole text, in hexadecimal. No salt and no stretching: the text holds 256 random bits. */
export function hashToken(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A token's text, to be shown once, and the hash that is kept of it. */
function makeTokenSecret(id: string): { secret: string; hash: string } {
  const secret = `berth_${id}_${randomBytes(32).toString('base64url')}`;
  return { secret, hash: hashToken(secret) };
}
