import { byte } from './byte.ts';
import { field } from './field.ts';
import type { FieldList } from './field-list.ts';
import { listValues, nameAt, plainName } from './field-text.ts';
import { Word } from './word.ts';

// Constants of this file's own: see byte.ts.
const { comma, space, tab } = byte;

/** What `Connection` fields ask for, as bits; `other`: they nominate further names. */
export const option = { close: 1, keepAlive: 2, upgrade: 4, other: 8 } as const;

const close = new Word('close');
const keepAlive = new Word('keep-alive');
const upgrade = new Word('upgrade');
/** These are of the connection whether they are nominated or not. */
const harmless = [new Word('te'), new Word('http2-settings'), new Word('proxy-connection')];

/** All options of all `Connection` fields of a head (RFC 9110, 7.6.1); the fields that they nominate are dropped. */
export function readConnection(fields: FieldList): number {
  if (!fields.has(field.connection)) return 0;
  let options = 0;
  for (let index = fields.indexOf(field.connection); index < fields.count; index += 1)
    if (fields.kinds[index] === field.connection)
      options |= readOptions(
        fields.bytes,
        fields.ranges[index * 4 + 2] as number,
        fields.ranges[index * 4 + 3] as number,
      );
  if ((options & option.other) !== 0) dropNominated(fields);
  return options;
}

function readOptions(bytes: Uint8Array, start: number, end: number): number {
  let options = 0;
  let at = start;
  while (at < end) {
    const commaAt = findComma(bytes, at, end);
    options |= readOption(bytes, skipSpace(bytes, at, commaAt), trimSpace(bytes, at, commaAt));
    at = commaAt + 1;
  }
  return options;
}

function readOption(bytes: Uint8Array, start: number, end: number): number {
  if (end <= start) return 0;
  if (keepAlive.isAll(bytes, start, end)) return option.keepAlive;
  if (close.isAll(bytes, start, end)) return option.close;
  if (upgrade.isAll(bytes, start, end)) return option.upgrade;
  return harmless.some((word) => word.isAll(bytes, start, end)) ? 0 : option.other;
}

function findComma(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== comma) at += 1;
  return at;
}

function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === space || bytes[at] === tab)) at += 1;
  return at;
}

function trimSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && (bytes[at - 1] === space || bytes[at - 1] === tab)) at -= 1;
  return at;
}

/**
 * What `Connection` nominates stays behind, but for what frames or routes the message or says where it came from: the
 * edge answers for those itself.
 */
function dropNominated(fields: FieldList): void {
  const lists = listValues(fields, field.connection).flatMap((value) => value.split(','));
  const nominated = new Set(lists.map((name) => plainName(name.trim())));
  for (let index = 0; index < fields.count; index += 1)
    if (mayBeNominated(fields.kinds[index] as number) && nominated.has(plainName(nameAt(fields, index))))
      fields.drop(index);
}

function mayBeNominated(kind: number): boolean {
  return kind === field.other || kind >= field.accept;
}
