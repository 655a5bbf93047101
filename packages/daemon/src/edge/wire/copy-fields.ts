import type { FieldList } from './field-list.ts';
import { nameAt, plainName } from './field-text.ts';
import type { DroppedFields } from './passage.ts';
import type { Slab } from './slab.ts';

/**
 * Copies the lines of all fields that are not dropped: neighbours in one piece, byte by byte as they came. `start` is that
 * of the fields, or of the line in front of them when that goes on, too.
 */
// oxlint-disable-next-line max-params -- on the way of each request and answer: no object is made for the fourth
export function copyFields(slab: Slab, fields: FieldList, { kinds, names }: DroppedFields, start: number): void {
  if (names === undefined && (fields.seen & kinds) === 0) return slab.copy(fields.bytes, start, fields.end);
  let from = start;
  for (let index = 0; index < fields.count; index += 1) {
    const isDropped = ((kinds >>> (fields.kinds[index] as number)) & 1) !== 0;
    if (!isDropped && (names === undefined || !names.has(plainName(nameAt(fields, index))))) continue;
    slab.copy(fields.bytes, from, fields.ranges[index * 4] as number);
    from = lineEnd(fields, index);
  }
  slab.copy(fields.bytes, from, fields.end);
}

/** Copies the lines of all fields of one kind. */
export function copyKind(slab: Slab, fields: FieldList, kind: number): void {
  if (!fields.has(kind)) return;
  for (let index = 0; index < fields.count; index += 1)
    if (fields.kinds[index] === kind)
      slab.copy(fields.bytes, fields.ranges[index * 4] as number, lineEnd(fields, index));
}

/** Behind the line's CRLF: there the next one begins. */
function lineEnd({ count, ranges, end }: FieldList, index: number): number {
  return index + 1 < count ? (ranges[index * 4 + 4] as number) : end;
}
