import type { Plane } from '../plane.ts';
import { bytesOf, textOf } from '../wire/byte.ts';
import { changesPlaces } from '../wire/compose-answer.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { Arrival } from './arrival.ts';
import { cameByTls, cookiesOf } from './request-facts.ts';
import type { UpstreamOrder } from './upstream.ts';
import type { AnswerWay } from './visitor.ts';

/** What of a request's way its answer has to know; `head` is not kept. */
export function createAnswerWay(
  { desk }: Plane,
  { head, route, target, passage }: UpstreamOrder,
  arrival: Arrival,
): AnswerWay {
  const host = changesPlaces(passage) ? hostOf(head) : '';
  if (route.options?.sticky !== true) return { passage, host, extra: undefined };
  const cookie = desk.stickyCookie(route, target, { cookies: cookiesOf(head), isTls: cameByTls(head, arrival) });
  return { passage, host, extra: cookie === undefined ? undefined : bytesOf(`Set-Cookie: ${cookie}\r\n`) };
}

function hostOf({ bytes, hostStart, hostValueEnd }: RequestHead): string {
  return textOf(bytes, hostStart, hostValueEnd);
}
