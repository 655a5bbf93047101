import type { IncomingMessage } from 'node:http';
import { keepEndToEnd, listValues } from './raw-headers.ts';

/** The headers for the visitor; undefined when the answer could be read in two ways. */
export function composeAnswerHead({ rawHeaders, statusCode = 0 }: IncomingMessage): string[] | undefined {
  const codings = listValues(rawHeaders, 'transfer-encoding');
  const lengths = listValues(rawHeaders, 'content-length');
  const isClear =
    codings.length === 0 || (codings.length === 1 && codings[0]?.toLowerCase() === 'chunked' && lengths.length === 0);
  if (!isClear || lengths.length > 1 || statusCode < 200 || statusCode > 599) return undefined;
  return keepEndToEnd(rawHeaders, (name) => statusCode === 204 && name === 'content-length');
}
