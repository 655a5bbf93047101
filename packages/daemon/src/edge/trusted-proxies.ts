import { BlockList, isIP } from 'node:net';

/** Says whether the peer's word on where a request came from counts. */
export type TrustsPeer = (address: string) => boolean;

/** From networks such as `10.0.0.0/8` or `::1`; throws a sentence for the operator. */
export function createTrust(networks: readonly string[]): TrustsPeer {
  const list = new BlockList();
  for (const network of networks) addNetwork(list, network);
  if (networks.length === 0) return () => false;
  return (address) => list.check(address, familyOf(address));
}

/** An IPv4 peer of a socket that takes both families is seen as `::ffff:10.0.0.1`. */
export function plainAddress(address: string | undefined): string {
  return address?.replace(/^::ffff:(?=\d+\.)/, '') ?? 'unknown';
}

function addNetwork(list: BlockList, network: string): void {
  const [address = '', length] = network.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  const prefix = length === undefined ? bits : Number(length);
  if (isIP(address) === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > bits)
    throw new Error(`${network} is no network (BERTH_EDGE_TRUSTED_PROXIES): say 10.0.0.0/8 or ::1.`);
  list.addSubnet(address, prefix, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
