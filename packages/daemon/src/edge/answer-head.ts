import type { IncomingMessage } from 'node:http';
import { keepEndToEnd, listValues, type RawHeaders } from './raw-headers.ts';

/** The headers for the visitor; undefined when the answer could be read in two ways. */
export function composeAnswerHead(answer: IncomingMessage, request: IncomingMessage): string[] | undefined {
  const { rawHeaders, statusCode = 0 } = answer;
  if (!isFramedOnce(rawHeaders) || statusCode < 200) return undefined;
  const isChunked = listValues(rawHeaders, 'transfer-encoding').length > 0 && takesChunks(request);
  return keepEndToEnd(rawHeaders, (name) => {
    // Trailers are announced only where they can come: Node refuses to write such a head otherwise.
    if (name === 'trailer') return !isChunked;
    return name === 'content-length' && statusCode === 204;
  });
}

function isFramedOnce(rawHeaders: RawHeaders): boolean {
  const codings = listValues(rawHeaders, 'transfer-encoding');
  const lengths = listValues(rawHeaders, 'content-length');
  if (codings.length === 0) return lengths.length <= 1;
  return codings.length === 1 && codings[0]?.toLowerCase() === 'chunked' && lengths.length === 0;
}

function takesChunks({ method, httpVersion }: IncomingMessage): boolean {
  return method !== 'HEAD' && httpVersion === '1.1';
}
