import { runSystemTool } from './system-tool.ts';

/** A bridge and a /16 of its own for each private engine, so that several engines can live on one machine. */
export interface Network {
  readonly bridge: string;
  /** The first two octets, as `10.201`. */
  readonly prefix: string;
}

interface Link {
  readonly ifname?: string;
  readonly addr_info?: readonly { readonly local?: string }[];
}

const FIRST = 201;
const LAST = 249;

/** Creates a bridge; the kernel refuses a second one of the same name, which makes the claim atomic. */
export function claimNetwork(): Network {
  const used = `${ip('-4', 'address')}${ip('-4', 'route')}`;
  for (let octet = FIRST; octet <= LAST; octet += 1) {
    const network = { bridge: `berth-${octet}`, prefix: `10.${octet}` };
    if (!new RegExp(`^(.*\\s)?10\\.${octet}\\.`, 'm').test(used) && openNetwork(network)) return network;
  }
  throw new Error(`No free network between 10.${FIRST}.0.0/16 and 10.${LAST}.0.0/16 for a private engine.`);
}

/** Creates the bridge of a known network, as after a restart of the machine; false when it is there already. */
export function openNetwork({ bridge, prefix }: Network): boolean {
  try {
    ip('link', 'add', 'name', bridge, 'type', 'bridge');
  } catch (error) {
    if (hasBridge(bridge)) return false;
    throw error;
  }
  ip('address', 'add', `${prefix}.0.1/20`, 'dev', bridge);
  ip('link', 'set', bridge, 'up');
  return true;
}

/** The default bridge takes the lower half of the network, the engine's own networks the upper. */
export function renderNetworkFlags({ bridge, prefix }: Network): string[] {
  return ['--bridge', bridge, '--default-address-pool', `base=${prefix}.128.0/17,size=24`];
}

/** Names of all bridges with an address inside the network: also those the engine made for its users. */
export function listBridges({ bridge, prefix }: Network): string[] {
  const links = JSON.parse(ip('-json', '-4', 'address', 'show', 'type', 'bridge') || '[]') as readonly Link[];
  const inside = links.filter(({ addr_info = [] }) => addr_info.some(({ local }) => local?.startsWith(`${prefix}.`)));
  const names = inside.flatMap(({ ifname }) => ifname ?? []);
  return hasBridge(bridge) ? [...new Set([...names, bridge])] : names;
}

/** Removes the bridge and those the engine made for its users. */
export function removeNetwork(network: Network): void {
  for (const bridge of listBridges(network)) ip('link', 'delete', bridge);
}

function hasBridge(bridge: string): boolean {
  try {
    return ip('link', 'show', 'dev', bridge) !== '';
  } catch {
    return false;
  }
}

function ip(...args: string[]): string {
  return runSystemTool('ip', args);
}
