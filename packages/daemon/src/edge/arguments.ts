import { parseArgs } from 'node:util';
import { type ConnectionLimits, defaultConnections, type EdgeWish, edgeProtocol } from '../core/edge-control.ts';
import type { ListenerPlace } from './door/listener.ts';
import { parseListenAddress } from './listen-address.ts';

export interface EdgeArguments {
  readonly wish: EdgeWish;
  /** The unix socket for the control process. */
  readonly control: string;
  /** The file that keeps the last routes; the certificates lie beside it. */
  readonly state: string;
  /** The listening servers that the edge which started this one hands over; undefined when none did. */
  readonly inherits: readonly ListenerPlace[] | undefined;
}

const USAGE = 'The edge needs --wish JSON, --control SOCKET and --state FILE.';

/** Throws a sentence for the operator. */
export function parseArguments(argv: readonly string[]): EdgeArguments {
  const text = { type: 'string' } as const;
  const options = { wish: text, control: text, state: text, inherits: text };
  const { wish, control, state, inherits } = parseArgs({ args: [...argv], options }).values;
  if (wish === undefined || control === undefined || state === undefined) throw new Error(USAGE);
  const places = inherits === undefined ? undefined : (JSON.parse(inherits) as readonly ListenerPlace[]);
  return { wish: parseWish(wish), control, state, inherits: places };
}

/** What is not said is as usual. */
function parseWish(text: string): EdgeWish {
  const given = JSON.parse(text) as Partial<EdgeWish>;
  const { version = '', http = [], https = [], trustedProxies = [], proxyProtocol = false } = given;
  checkAddresses(http, 'BERTH_EDGE_HTTP');
  checkAddresses(https, 'BERTH_EDGE_HTTPS');
  if (http.length + https.length === 0) throw new Error('The edge needs at least one address to listen on.');
  const connections: ConnectionLimits = { ...defaultConnections, ...given.connections };
  const manners = given.manners === undefined ? {} : { manners: given.manners };
  return { protocol: edgeProtocol, version, http, https, trustedProxies, proxyProtocol, connections, ...manners };
}

function checkAddresses(addresses: readonly string[], setting: string): void {
  const wrong = addresses.find((address) => parseListenAddress(address) === undefined);
  if (wrong !== undefined)
    throw new Error(`${wrong} is no address to listen on (${setting}): say 127.0.0.1:8080, [::1]:8080 or :8080.`);
}
