import { Problem } from '@berth/spec/problem';
import type { DnsProvider } from '../../ports/dns-provider.ts';

export interface WebhookOptions {
  readonly url: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly secret: string;
  readonly timeoutMs: number;
}

/** Writes records by a POST of `{ "action": "put" | "remove", "name", "value" }`; any answer of 2xx means that it is done. */
export function createWebhookProvider(options: WebhookOptions): DnsProvider {
  return {
    put: (name, value) => call(options, { action: 'put', name, value }),
    remove: (name, value) => call(options, { action: 'remove', name, value }),
  };
}

/** What went wrong is told to whoever's app it is, so that addresses stand in the cause alone. */
async function call({ url, secret, timeoutMs }: WebhookOptions, order: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify(order),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause: unknown) => {
    throw failed(`The DNS webhook does not answer (${codeOf(cause)}). Check edge.acme.dns.webhook.url.`, cause);
  });
  await response.body?.cancel();
  if (!response.ok) throw failed(`The DNS webhook answered with ${response.status}. Look into its log.`);
}

/** `fetch` says what happened in the cause alone. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return code ?? error.name;
}

function failed(detail: string, cause?: unknown): Problem {
  return new Problem('dns-provider-failed', detail, { cause });
}
