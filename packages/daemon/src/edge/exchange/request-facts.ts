import type { RequestFacts } from '../route/decide.ts';
import { textOf } from '../wire/byte.ts';
import { field } from '../wire/field.ts';
import { listValues } from '../wire/field-text.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { Arrival } from './arrival.ts';

/** What a route with options wants to know of a request. */
export function gatherFacts(
  head: RequestHead,
  { peer, scheme }: Arrival,
  moment: Pick<RequestFacts, 'underWay' | 'nowMs'>,
): RequestFacts {
  const { bytes, method, contentLength, isWebSocket } = head;
  return {
    ...moment,
    isTls: cameByTls(head, { peer, scheme }),
    isWebSocket,
    isRead: method === 'GET' || method === 'HEAD',
    host: textOf(bytes, head.hostStart, head.hostEnd),
    target: textOf(bytes, head.targetStart, head.targetEnd),
    address: findAddress(head, peer),
    contentLength,
  };
}

/** It came by https, to the edge or to a proxy that is trusted. */
export function cameByTls({ fields }: RequestHead, { peer, scheme }: Pick<Arrival, 'peer' | 'scheme'>): boolean {
  if (scheme === 'https' || !peer.isTrusted) return scheme === 'https';
  return listValues(fields, field.xForwardedProto).at(-1)?.toLowerCase() === 'https';
}

/** All its `Cookie` headers as one. */
export function cookiesOf({ fields }: RequestHead): string | undefined {
  return fields.has(field.cookie) ? listValues(fields, field.cookie).join('; ') : undefined;
}

/** The visitor's own, when a trusted proxy says whom it speaks for. */
export function findAddress({ fields }: RequestHead, { address, isTrusted }: Arrival['peer']): string {
  if (!isTrusted) return address;
  const last = listValues(fields, field.xForwardedFor).at(-1)?.split(',').at(-1)?.trim();
  return last === undefined || last === '' ? address : last;
}
