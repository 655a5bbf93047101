import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether this is the secret. Compared by digest, so that time says nothing about where, or how long, they differ. */
export function isSecret(given: unknown, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(secret));
}
