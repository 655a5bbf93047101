import { bytesOf } from './byte.ts';
import { bitsOf, field } from './field.ts';
import type { FieldList } from './field-list.ts';
import { nameAt, plainName, valueAt } from './field-text.ts';
import { hopByHop } from './passage.ts';
import type { Slab } from './slab.ts';

const LAST_CHUNK = bytesOf('0\r\n\r\n');
const never =
  hopByHop |
  bitsOf([
    field.authorization,
    field.cookie,
    field.forwarded,
    field.host,
    field.setCookie,
    field.xForwardedFor,
    field.xForwardedHost,
    field.xForwardedOther,
    field.xForwardedPrefix,
    field.xForwardedProto,
    field.xRealIp,
  ]);

/** Trailers that may follow a message: none that frames, routes or authorises (RFC 9110, 6.5.1). */
export function keepTrailers(trailers: FieldList): [name: string, value: string][] {
  const kept: [string, string][] = [];
  for (let index = 0; index < trailers.count; index += 1) {
    const isKept = ((never >>> (trailers.kinds[index] as number)) & 1) === 0;
    if (isKept && !plainName(nameAt(trailers, index)).startsWith('content-'))
      kept.push([nameAt(trailers, index), valueAt(trailers, index)]);
  }
  return kept;
}

/** The end of a chunked body: the last chunk, what is kept of the trailers, and the empty line. */
export function composeLastChunk(slab: Slab, trailers: FieldList | undefined): void {
  if (trailers === undefined) return slab.put(LAST_CHUNK);
  const lines = keepTrailers(trailers).map(([name, value]) => `${name}: ${value}\r\n`);
  slab.ascii(`0\r\n${lines.join('')}\r\n`);
}
