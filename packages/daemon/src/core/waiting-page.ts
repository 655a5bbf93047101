/** What a page says that waits for an app. */
export interface WaitingPage {
  readonly title: string;
  /** Why there is no answer yet: a sentence. */
  readonly reason: string;
  /** What else the visitor is told; undefined for nothing. */
  readonly text?: string | undefined;
  /** Where the log of the app can be read; undefined for nowhere. */
  readonly logs?: string | undefined;
  readonly giveUpSeconds: number;
  /** True when this visitor has waited for so long without a script. */
  readonly hasGivenUp: boolean;
}

/** The header by which the page's script knows that there is still no app; its value is the reason, percent-encoded. */
const waitingHeader = 'Berth-Waiting';

const style = `:root { color-scheme: light dark }
body { font: 1.1rem/1.5 system-ui, sans-serif; margin: 18vh auto; max-width: 36rem; padding: 0 1rem; overflow-wrap: anywhere }
h1 { font-size: 1.7rem; line-height: 1.25 }
progress { width: 100%; height: .4rem; accent-color: currentcolor }
small { opacity: .7 }
`;

/** Asks whether the app answers, says why it does not, and gives up. */
const script = `(() => {
  const { dataset } = document.body;
  const reason = document.getElementById('reason');
  const until = Date.now() + Number(dataset.seconds) * 1000;
  const giveUp = () => {
    document.getElementById('progress').hidden = true;
    document.getElementById('waiting').hidden = true;
    document.getElementById('over').hidden = false;
  };
  const ask = async () => {
    try {
      const answer = await fetch(location.href, { method: 'HEAD', cache: 'no-store', redirect: 'manual' });
      const why = answer.headers.get('berth-waiting');
      if (why === null) return location.reload();
      reason.textContent = decodeURIComponent(why);
    } catch {}
    if (Date.now() < until) setTimeout(ask, 1000);
    else giveUp();
  };
  if (dataset.over === 'true') giveUp();
  else setTimeout(ask, 500);
})();
`;

/** Of `style` and `script`: a test says so. */
const styleHash = 'uEagcaU6vz7yJWglhQeJ4wPb0ugOmRjU5dUCVOCWuw0=';
const scriptHash = 'uuS04eZFR8SjpFKmMIrLNFMFlZjOSJNqumUL21sv7m8=';

/** Nothing but the page's own style and script, and questions to where it came from. */
export const waitingPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  `script-src 'sha256-${scriptHash}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Name, value, name, value …; none of it is to be kept by anybody. */
export function waitingHeaders({ reason }: Pick<WaitingPage, 'reason'>): readonly string[] {
  return [waitingHeader, encodeURIComponent(reason), 'Content-Security-Policy', waitingPolicy];
}

/** What a visitor shows, and how long it may wait. */
export interface Wait {
  /** The values of all `Cookie` headers; undefined when none came. */
  readonly cookies: string | undefined;
  /** The page's script asks so: who has a script needs no cookie. */
  readonly isHead: boolean;
  readonly path: string;
  readonly giveUpSeconds: number;
  readonly nowSeconds: number;
}

/** A visitor without a script is known again by a cookie that says when it began to wait; given up, it begins anew. */
export function planWait({ cookies, isHead, path, giveUpSeconds, nowSeconds }: Wait): {
  readonly hasGivenUp: boolean;
  readonly cookie: string;
} {
  const [, said] = /(?:^|;)\s*berth-waiting=([0-9]{1,12})\s*(?:;|$)/.exec(cookies ?? '') ?? [];
  const sinceSeconds = Math.min(Number(said ?? nowSeconds), nowSeconds);
  const hasGivenUp = nowSeconds - sinceSeconds >= giveUpSeconds;
  const left = hasGivenUp || isHead ? 0 : giveUpSeconds + 60;
  return { hasGivenUp, cookie: `berth-waiting=${sinceSeconds}; Path=${path}; Max-Age=${left}; HttpOnly; SameSite=Lax` };
}

/** Reloads itself once the app answers: by its script, or without one every few seconds. */
export function renderWaitingPage(page: WaitingPage): string {
  const { title, reason, text, logs, giveUpSeconds, hasGivenUp } = page;
  const noScript = hasGivenUp ? '' : '<noscript><meta http-equiv="refresh" content="3"></noscript>\n';
  const [isWaiting, isOver] = hasGivenUp ? [' hidden', ''] : ['', ' hidden'];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
${noScript}<title>${escapeHtml(title)}</title>
<style>${style}</style>
<body data-seconds="${giveUpSeconds}" data-over="${hasGivenUp}">
<main>
<h1>${escapeHtml(title)}</h1>
<p id="reason" role="status">${escapeHtml(reason)}</p>
${text === undefined ? '' : `<p>${escapeHtml(text)}</p>\n`}<progress id="progress"${isWaiting}></progress>
<p id="waiting"${isWaiting}>This page shows it as soon as it answers.</p>
<p id="over"${isOver}><strong>It did not answer in time.</strong> This page does not look again by itself: reload it to try once more.</p>
${logs === undefined ? '' : `<p><a href="${escapeHtml(logs)}">Read its log</a></p>\n`}<p><small>503 · Berth</small></p>
</main>
<script>${script}</script>
`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
