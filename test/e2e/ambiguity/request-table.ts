import { chunkTable } from './chunk-table.ts';
import { behindTable, fieldTable } from './field-table.ts';
import { hostTable } from './host-table.ts';
import { lengthTable } from './length-table.ts';
import type { RawRequest } from './raw-case.ts';
import { requestLineTable } from './request-line-table.ts';

/** Every raw request, bad and good. */
export const requestTable: readonly RawRequest[] = [
  ...requestLineTable,
  ...hostTable,
  ...lengthTable,
  ...chunkTable,
  ...fieldTable,
  ...behindTable,
];
