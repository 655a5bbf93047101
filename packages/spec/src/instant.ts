import { z } from 'zod';

/** A moment, as the API writes it: RFC 3339 in UTC with milliseconds. */
export const Instant = z.iso
  .datetime({ precision: 3 })
  .meta({ id: 'Instant', description: 'RFC 3339, UTC, milliseconds.' });

/** Milliseconds since 1970 → RFC 3339. */
export function renderInstant(ms: number): string {
  return new Date(ms).toISOString();
}
