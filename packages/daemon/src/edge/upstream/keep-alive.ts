import type { AnswerHead } from '../wire/answer-head.ts';
import { field } from '../wire/field.ts';
import { findField } from '../wire/field-text.ts';

/**
 * The shortest keep-alive in the field is gunicorn's 2 s: a connection that idles less is not being closed by the app
 * while a request is on its way into it.
 */
const MOST_IDLE_MS = 1_500;
/** What the app says of its own patience is cut by this, for the same reason. */
const MARGIN_MS = 1_000;
const TIMEOUT = /(?:^|[\s,;])timeout=(\d{1,6})/i;

/** How long a connection may idle after this answer; 0: not at all. */
export function readKeepAliveMs(head: AnswerHead): number {
  if (!head.keepsAlive) return 0;
  if (!head.fields.has(field.keepAlive) || saysLong(head)) return MOST_IDLE_MS;
  const [, seconds] = TIMEOUT.exec(findField(head.fields, field.keepAlive) ?? '') ?? [];
  const patienceMs = seconds === undefined ? MOST_IDLE_MS : Number(seconds) * 1_000 - MARGIN_MS;
  return Math.max(0, Math.min(MOST_IDLE_MS, patienceMs));
}

/** True for `timeout=3` to `timeout=9`, which is what nearly all say, without making a string of it. */
function saysLong({ bytes, fields }: AnswerHead): boolean {
  const at = fields.indexOf(field.keepAlive) * 4;
  const start = fields.ranges[at + 2] as number;
  const end = fields.ranges[at + 3] as number;
  const digit = bytes[end - 1] as number;
  return end - start === 9 && bytes[start] === 0x74 && bytes[end - 2] === 0x3d && digit >= 0x33 && digit <= 0x39;
}
