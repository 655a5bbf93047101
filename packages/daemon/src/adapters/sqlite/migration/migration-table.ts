import type { Migration } from 'kysely/migration';
import { first } from './0001-first.ts';

/** Every step of the schema in order. The digits are the schema's version; a released step is never edited or renamed. */
export const migrations = {
  '0001-first': first,
} as const satisfies Record<string, Migration>;
