import type { Refusal } from '../refusal.ts';
import type { UpstreamFailure } from './upstream.ts';

const CLOSED: Refusal = {
  code: 'app-unreachable',
  detail: 'The app closed the connection before it answered. Try again in a moment.',
};

const refusals: Readonly<Record<UpstreamFailure, Refusal>> = {
  unconnected: { code: 'app-unreachable', detail: 'The app takes no connections now. Try again in a moment.' },
  stale: CLOSED,
  ended: CLOSED,
  malformed: { code: 'app-answer-malformed', detail: 'The owner of the app can read more in its log.' },
  silent: { code: 'app-silent', detail: 'Try again later, or tell the owner of the app.' },
};

/** What the visitor is told of an app that gave no answer. */
export function refusalOfFailure(failure: UpstreamFailure): Refusal {
  return refusals[failure];
}
