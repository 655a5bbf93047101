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

async function call({ url, secret, timeoutMs }: WebhookOptions, order: object): Promise<void> {
  const { host } = new URL(url);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify(order),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause: unknown) => {
    throw failed(
      `The DNS webhook at ${host} does not answer: ${reasonOf(cause, timeoutMs)}. Check edge.acme.dns.webhook.url.`,
      cause,
    );
  });
  await response.body?.cancel();
  if (!response.ok) throw failed(`The DNS webhook at ${host} answered with ${response.status}. Look into its log.`);
}

/** `fetch` says what happened in the cause alone. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `nothing came within ${timeoutMs / 1000} s`;
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

function failed(detail: string, cause?: unknown): Problem {
  return new Problem('dns-provider-failed', detail, { cause });
}
