import { parseArgs } from 'node:util';
import { parseListenAddress } from './listen-address.ts';

export interface EdgeArguments {
  /** Where to take requests, as `127.0.0.1:8080`. */
  readonly http: readonly string[];
  /** The unix socket for the control process. */
  readonly control: string;
  /** The file that keeps the last routes. */
  readonly state: string;
  /** Networks whose word on `X-Forwarded-…` counts. */
  readonly trustedProxies: readonly string[];
}

/** Throws a sentence for the operator. */
export function parseArguments(argv: readonly string[]): EdgeArguments {
  const text = { type: 'string' } as const;
  const options = { http: text, control: text, state: text, 'trusted-proxies': { ...text, default: '' } };
  const { values } = parseArgs({ args: [...argv], options });
  const { http, control, state } = values;
  if (http === undefined || control === undefined || state === undefined)
    throw new Error('The edge needs --http ADDRESS:PORT, --control SOCKET and --state FILE.');
  const wrong = splitList(http).find((address) => parseListenAddress(address) === undefined);
  if (wrong !== undefined)
    throw new Error(`${wrong} is no address to listen on (BERTH_EDGE_HTTP): say 127.0.0.1:8080, [::1]:8080 or :8080.`);
  return { http: splitList(http), control, state, trustedProxies: splitList(values['trusted-proxies']) };
}

function splitList(text: string): readonly string[] {
  return text.split(',').filter((part) => part !== '');
}
