import type { AnswerHead } from './answer-head.ts';
import { type AnswerOrder, composeAnswer } from './compose-answer.ts';
import { composeRequest, type RequestOrder } from './compose-request.ts';
import { bitsOf, field } from './field.ts';
import { FieldList } from './field-list.ts';
import { findField, nameAt, valueAt } from './field-text.ts';
import type { RequestHead } from './request-head.ts';
import { Slab } from './slab.ts';

/** A field as HTTP/2 wants it: its name in lower case. */
export type FieldPair = readonly [name: string, value: string];

/** More than the edge and a route add to what came. */
const MOST_ADDED = 128;
const framed = bitsOf([field.connection, field.expect, field.host, field.transferEncoding, field.upgrade]);

/**
 * The fields for the app when it speaks HTTP/2: those of `composeRequest` without what HTTP/2 says in its own way.
 * `:path` and `:authority` are said with them.
 */
export function pairsOfRequest(head: RequestHead, order: RequestOrder): readonly FieldPair[] {
  const slab = new Slab(4_096);
  composeRequest(slab, head, order);
  const { line, fields } = readComposed(slab, head.fields.count);
  const [, path = ''] = line.split(' ');
  return [[':path', path], [':authority', findField(fields, field.host) ?? ''], ...listPairs(fields)];
}

/** The fields for a visitor that speaks HTTP/2: those of `composeAnswer`. */
export function pairsOfAnswer(head: AnswerHead, order: AnswerOrder): readonly FieldPair[] {
  const slab = new Slab(4_096);
  composeAnswer(slab, head, order);
  return listPairs(readComposed(slab, head.fields.count).fields);
}

/** A composed head may be longer than one that is taken from outside. */
function readComposed(slab: Slab, count: number): { line: string; fields: FieldList } {
  const bytes = slab.view();
  const lineEnd = bytes.indexOf('\r\n', 0, 'latin1');
  const fields = new FieldList(count + MOST_ADDED);
  fields.parse(bytes, lineEnd + 2, bytes.length);
  return { line: bytes.toString('latin1', 0, lineEnd), fields };
}

function listPairs(fields: FieldList): FieldPair[] {
  const pairs: FieldPair[] = [];
  for (let index = 0; index < fields.count; index += 1)
    if (((framed >>> (fields.kinds[index] as number)) & 1) === 0)
      pairs.push([nameAt(fields, index).toLowerCase(), valueAt(fields, index)]);
  return pairs;
}
