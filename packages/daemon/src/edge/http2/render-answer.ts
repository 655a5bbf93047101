import { renderFieldLines } from './field-bytes.ts';

/** What has come of an answer by HTTP/2 with its head. */
export interface Http2AnswerShape {
  /** Nothing follows the head. */
  readonly isWhole: boolean;
  readonly isAnswerToHead: boolean;
}

/** Of a connection of HTTP/1 (RFC 9113, 8.2.2). */
const FORBIDDEN = /^(?:connection|keep-alive|proxy-connection|transfer-encoding|upgrade)$/;
const WITHOUT_BODY = /^(?:1\d\d|204|304)$/;
const STATUS = /^[1-5]\d\d$/;

/**
 * An answer's head as HTTP/1.1 says it, to be read by the same strict parser as any other. `raw` is name, value, name,
 * value … Undefined when it is malformed.
 */
export function renderHttp2Answer(raw: readonly string[], shape: Http2AnswerShape): Buffer | undefined {
  const [first, status = '', ...fields] = raw;
  const names = fields.filter((_, at) => at % 2 === 0);
  if (first !== ':status' || !STATUS.test(status)) return undefined;
  if (names.some((name) => name.startsWith(':') || FORBIDDEN.test(name))) return undefined;
  const lines = renderFieldLines(fields);
  if (lines === undefined) return undefined;
  const isFramed = names.includes('content-length') || WITHOUT_BODY.test(status) || shape.isAnswerToHead;
  return Buffer.from(`HTTP/1.1 ${status} \r\n${lines}${isFramed ? '' : framingOf(shape)}\r\n`, 'latin1');
}

function framingOf({ isWhole }: Http2AnswerShape): string {
  return isWhole ? 'content-length: 0\r\n' : 'transfer-encoding: chunked\r\n';
}
