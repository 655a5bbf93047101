import type { WaitingRoute } from '../../core/route-table.ts';
import { renderWaitingPage, waitingHeaders } from '../../core/waiting-page.ts';
import { cookiesOf } from '../exchange/request-facts.ts';
import { type Page, renderPage } from '../page.ts';
import type { Refusal } from '../refusal.ts';
import type { RequestHead } from '../wire/request-head.ts';

/** When a visitor without a script began to wait, in seconds of the epoch. */
const COOKIE = 'berth-waiting';
const SINCE = /(?:^|;)\s*berth-waiting=([0-9]{1,12})\s*(?:;|$)/;
const USUAL_SECONDS = 120;
const USUAL_TITLE = 'Please wait';

interface Wait {
  readonly refusal: Refusal;
  readonly head: RequestHead;
  readonly accept: string | undefined;
  readonly pathPrefix: string;
}

/** What a visitor gets who is to wait for the app: a page, or word of it; undefined where waiting does not help. */
export function renderWaiting(waiting: WaitingRoute, wait: Wait): Page | undefined {
  const { refusal, head, accept } = wait;
  if (refusal.code !== 'app-unavailable' && refusal.code !== 'app-unreachable') return undefined;
  const isRead = head.method === 'GET' || head.method === 'HEAD';
  if (isRead && (waiting.always === true || accept?.includes('text/html') === true)) return renderShown(waiting, wait);
  return renderPage({ ...refusal, status: 503, headers: waitingHeaders({ reason: refusal.detail }) }, accept);
}

function renderShown(waiting: WaitingRoute, { refusal, head, pathPrefix }: Wait): Page {
  const { title = USUAL_TITLE, text, logs, giveUpSeconds = USUAL_SECONDS } = waiting;
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const sinceSeconds = readSince(cookiesOf(head), nowSeconds);
  const hasGivenUp = nowSeconds - sinceSeconds >= giveUpSeconds;
  const page = { title, text, logs, reason: refusal.detail, giveUpSeconds, hasGivenUp };
  const body = Buffer.from(renderWaitingPage(page));
  // Who comes again after that has begun anew.
  const left = hasGivenUp ? 0 : giveUpSeconds + 60;
  const cookie = `${COOKIE}=${sinceSeconds}; Path=${pathPrefix}; Max-Age=${left}; HttpOnly; SameSite=Lax`;
  return {
    status: 503,
    headers: [
      'Content-Type',
      'text/html; charset=utf-8',
      'Content-Length',
      String(body.length),
      'Cache-Control',
      'no-store',
      'Retry-After',
      '2',
      'Set-Cookie',
      cookie,
      ...waitingHeaders(page),
    ],
    body,
  };
}

function readSince(cookies: string | undefined, nowSeconds: number): number {
  const [, said] = SINCE.exec(cookies ?? '') ?? [];
  return Math.min(Number(said ?? nowSeconds), nowSeconds);
}
