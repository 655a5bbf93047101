import { runSystemTool } from './system-tool.ts';

/** A bridge and a /16 of its own for each private engine, so that several engines can live on one machine. */
export interface Network {
  readonly bridge: string;
  /** The first two octets, as `10.201`. */
  readonly prefix: string;
}

interface Link {
  readonly ifname?: string;
  readonly ifalias?: string;
  readonly addr_info?: readonly { readonly local?: string }[];
}

const FIRST = 201;
const LAST = 249;

/** Creates a bridge for the engine of a folder; the kernel refuses a second one of its name: the claim is atomic. */
export function claimNetwork(folder: string): Network {
  const used = `${ip('-4', 'address')}${ip('-4', 'route')}`;
  for (let octet = FIRST; octet <= LAST; octet += 1) {
    const network = { bridge: `berth-${octet}`, prefix: `10.${octet}` };
    const isUsed = new RegExp(`^(.*\\s)?10\\.${octet}\\.`, 'm').test(used);
    if (!isUsed && findLink(network.bridge) === undefined) return createBridge(network, folder);
  }
  throw new Error(`No free network between 10.${FIRST}.0.0/16 and 10.${LAST}.0.0/16 for a private engine.`);
}

/** Makes sure the bridge of a known network is there, as after a restart of the machine. */
export function openNetwork(network: Network, folder: string): void {
  if (findLink(network.bridge) === undefined) createBridge(network, folder);
  else if (!mayRemoveNetwork(network, folder))
    throw new Error(`The network of ${folder} is now that of another engine.`);
}

/** False when the network was given to another engine after this folder's engine had lost it. */
export function mayRemoveNetwork({ bridge }: Network, folder: string): boolean {
  const link = findLink(bridge);
  return link === undefined || link.ifalias === folder;
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
  return findLink(bridge) === undefined ? names : [...new Set([...names, bridge])];
}

/** Removes the bridge and those the engine made for its users. */
export function removeNetwork(network: Network): void {
  for (const bridge of listBridges(network)) ip('link', 'delete', bridge);
}

function createBridge(network: Network, folder: string): Network {
  const { bridge, prefix } = network;
  ip('link', 'add', 'name', bridge, 'type', 'bridge');
  ip('link', 'set', bridge, 'alias', folder);
  ip('address', 'add', `${prefix}.0.1/20`, 'dev', bridge);
  ip('link', 'set', bridge, 'up');
  return network;
}

function findLink(bridge: string): Link | undefined {
  try {
    return (JSON.parse(ip('-json', 'link', 'show', 'dev', bridge)) as readonly Link[])[0];
  } catch {
    return undefined;
  }
}

function ip(...args: string[]): string {
  return runSystemTool('ip', args);
}
