import type { Migration } from 'kysely/migration';
import { first } from './0001-first.ts';
import { certificates } from './0002-certificates.ts';
import { appRoute } from './0003-app-route.ts';
import { uptime } from './0004-uptime.ts';
import { shelf } from './0005-shelf.ts';
import { appLife } from './0006-app-life.ts';

/** Every step of the schema in order. The digits are the schema's version; a released step is never edited or renamed. */
export const migrations = {
  '0001-first': first,
  '0002-certificates': certificates,
  '0003-app-route': appRoute,
  '0004-uptime': uptime,
  '0005-shelf': shelf,
  '0006-app-life': appLife,
} as const satisfies Record<string, Migration>;
