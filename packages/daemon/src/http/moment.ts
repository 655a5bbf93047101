import { parseDuration } from '@berth/spec/duration';
import { z } from 'zod';

const longestWaitMs = 600_000;

/** How long the answer may take: `30s`, `2m`, at most `10m`. */
export const Wait = z
  .string()
  .max(32)
  .refine((text) => parseDuration(text) !== undefined, 'must be a duration such as 30s or 2m')
  .refine((text) => (parseDuration(text) ?? 0) <= longestWaitMs, 'must be at most 10m')
  .meta({
    description: 'Wait so long for the end of the operation, such as `30s` or `2m`, at most `10m`.',
    examples: ['30s'],
  });

/** A moment: RFC 3339, or how long ago, as `10m`. */
export const Moment = z
  .string()
  .max(64)
  .refine((text) => parseMoment(text, 0) !== undefined, 'must be an RFC 3339 time or a duration such as 10m')
  .meta({ description: 'RFC 3339, or how long ago: `10m`.', examples: ['10m', '2026-11-20T12:00:00Z'] });

/** Epoch milliseconds; undefined when it is no moment. */
export function parseMoment(text: string, now: number): number | undefined {
  const ago = parseDuration(text);
  if (ago !== undefined) return now - ago;
  return z.iso.datetime({ offset: true }).safeParse(text).success ? Date.parse(text) : undefined;
}

/** The milliseconds of a valid `Wait`. */
export function waitMs(text: string): number {
  return parseDuration(text) ?? 0;
}
