import type { ConnectionLimits } from '../../core/edge-control.ts';

/** Counts open connections, in all and by address: no one visitor takes all there is. */
export class ConnectionCount {
  readonly #limits: ConnectionLimits;
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }

  get isFull(): boolean {
    return this.#total >= this.#limits.total;
  }

  /** False when the address has as many as it may have; of trusted proxies nobody's share is counted. */
  hasRoomFor(address: string, isTrusted: boolean): boolean {
    return isTrusted || (this.#byAddress.get(networkOf(address)) ?? 0) < this.#limits.perAddress;
  }

  enter(address: string): void {
    const network = networkOf(address);
    this.#total += 1;
    this.#byAddress.set(network, (this.#byAddress.get(network) ?? 0) + 1);
  }

  /** Comes once for each `enter`. */
  leave(address: string): void {
    const network = networkOf(address);
    this.#total -= 1;
    const count = (this.#byAddress.get(network) ?? 1) - 1;
    if (count === 0) this.#byAddress.delete(network);
    else this.#byAddress.set(network, count);
  }
}

/** The address itself, or the first half of an IPv6 one: whoever has one of these has all behind it. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [left = '', right] = address.split('::');
  const front = left === '' ? [] : left.split(':');
  const back = right === undefined || right === '' ? [] : right.split(':');
  const gap = right === undefined ? 0 : 8 - front.length - back.length;
  return [...front, ...Array.from({ length: Math.max(gap, 0) }, () => '0'), ...back].slice(0, 4).join(':');
}
