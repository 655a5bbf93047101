import { AnswerHead } from './answer-head.ts';
import { type AnswerOrder, composeAnswer } from './compose-answer.ts';
import { composeRequest, type RequestOrder } from './compose-request.ts';
import { bitsOf, field } from './field.ts';
import type { FieldList } from './field-list.ts';
import { nameAt, valueAt } from './field-text.ts';
import { headState, RequestHead } from './request-head.ts';
import { Slab } from './slab.ts';

/** A field as HTTP/2 wants it: its name in lower case. */
export type FieldPair = readonly [name: string, value: string];

const framed = bitsOf([field.connection, field.expect, field.host, field.transferEncoding, field.upgrade]);

/**
 * The fields for the app when it speaks HTTP/2: those of `composeRequest` without what HTTP/2 says in its own way.
 * `:path` and `:authority` are said with them.
 */
export function pairsOfRequest(head: RequestHead, order: RequestOrder): readonly FieldPair[] {
  const slab = new Slab(4_096);
  composeRequest(slab, head, order);
  const composed = new RequestHead();
  if (composed.parse(slab.view(), 0, slab.length) !== headState.whole) return [];
  const text = slab.view();
  return [
    [':path', text.toString('latin1', composed.targetStart, composed.targetEnd)],
    [':authority', text.toString('latin1', composed.hostStart, composed.hostValueEnd)],
    ...listPairs(composed.fields),
  ];
}

/** The fields for a visitor that speaks HTTP/2: those of `composeAnswer`. */
export function pairsOfAnswer(head: AnswerHead, order: AnswerOrder): readonly FieldPair[] {
  const slab = new Slab(4_096);
  composeAnswer(slab, head, order);
  const composed = new AnswerHead();
  return composed.parse(slab.view(), 0, slab.length) === headState.whole ? listPairs(composed.fields) : [];
}

function listPairs(fields: FieldList): FieldPair[] {
  const pairs: FieldPair[] = [];
  for (let index = 0; index < fields.count; index += 1)
    if (((framed >>> (fields.kinds[index] as number)) & 1) === 0)
      pairs.push([nameAt(fields, index).toLowerCase(), valueAt(fields, index)]);
  return pairs;
}
