/** How many requests may come at once after a pause, as a multiple of those per second. */
const BURST_SECONDS = 10;

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/**
 * A token bucket for each key. Bounded: the one that was idle longest gives way, so that many addresses cost a fixed
 * amount of memory and a newcomer is never turned away for lack of it.
 */
export class RateTable {
  readonly #most: number;
  /** Least recently used first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(most = 10_000) {
    this.#most = most;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one token. 0 when there was one, else the milliseconds until there is. `nowMs` must not go back. */
  take(key: string, perSecond: number, nowMs: number): number {
    const bucket = this.#bucket(key, perSecond, nowMs);
    const filled = bucket.tokens + ((nowMs - bucket.filledAtMs) / 1000) * perSecond;
    bucket.tokens = Math.min(filled, burstOf(perSecond));
    bucket.filledAtMs = nowMs;
    if (bucket.tokens < 1) return ((1 - bucket.tokens) / perSecond) * 1000;
    bucket.tokens -= 1;
    return 0;
  }

  #bucket(key: string, perSecond: number, nowMs: number): Bucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) this.#buckets.delete(key);
    else if (this.#buckets.size >= this.#most) this.#dropOldest();
    const bucket = known ?? { tokens: burstOf(perSecond), filledAtMs: nowMs };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #dropOldest(): void {
    for (const oldest of this.#buckets.keys()) return void this.#buckets.delete(oldest);
  }
}

function burstOf(perSecond: number): number {
  return Math.max(1, perSecond * BURST_SECONDS);
}

/** What counts as one visitor: an IPv4 address, or the /64 of an IPv6 one, which is one household's or one machine's. */
export function visitorKey(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = splitGroups(head);
  if (tail === undefined) return groups.slice(0, 4).join(':');
  const behind = splitGroups(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - behind.length) }, () => '0');
  return [...groups, ...zeros, ...behind].slice(0, 4).join(':');
}

function splitGroups(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}
