import type { WaitingRoute } from '../../core/route-table.ts';
import { planWait, renderWaitingPage, waitingHeaders } from '../../core/waiting-page.ts';
import { cookiesOf } from '../exchange/request-facts.ts';
import { type Page, renderPage } from '../page.ts';
import type { Refusal } from '../refusal.ts';
import type { RequestHead } from '../wire/request-head.ts';

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
  const wait = { isHead: head.method === 'HEAD', path: pathPrefix, giveUpSeconds };
  const { hasGivenUp, cookie } = planWait({
    ...wait,
    cookies: cookiesOf(head),
    nowSeconds: Math.floor(Date.now() / 1_000),
  });
  const page = { title, text, logs, reason: refusal.detail, giveUpSeconds, hasGivenUp };
  const body = Buffer.from(renderWaitingPage(page));
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
