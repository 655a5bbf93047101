import type { EdgeRoute } from './route-table.ts';

const SLASH = 0x2f;
/** FNV-1a, 32 bits: only where to look; the bytes decide. */
const HASH_SEED = 0x811c9dc5;
const HASH_PRIME = 0x01000193;

interface Slot {
  readonly route: EdgeRoute;
  /** Another prefix of the same hash. */
  readonly next: Slot | undefined;
}

/** The routes of one host, found by the longest prefix of whole path segments, in one walk over the path's bytes. */
export class HostRoutes {
  readonly host: string;
  #root: EdgeRoute | undefined;
  /** All prefixes but `/`, by hash; absent while there are none, which is the usual host. */
  #slots: Map<number, Slot> | undefined;
  #size = 0;
  /** Of the prefixes, at least: it only grows while there are any. */
  #longest = 0;

  constructor(host: string) {
    this.host = host;
  }

  get size(): number {
    return this.#size;
  }

  /** The path is `bytes` from `start` to `end`, as it was sent, without the query. */
  find(bytes: Uint8Array, start: number, end: number): EdgeRoute | undefined {
    const slots = this.#slots;
    let best = this.#root;
    if (slots === undefined) return best;
    const stop = Math.min(end, start + this.#longest);
    let hash = HASH_SEED;
    for (let at = start; at < stop; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === SLASH && at > start) best = matchPrefix(slots.get(hash), bytes, start, at) ?? best;
      hash = Math.imul(hash ^ byte, HASH_PRIME);
    }
    const isBoundary = stop === end || bytes[stop] === SLASH;
    return isBoundary ? (matchPrefix(slots.get(hash), bytes, start, stop) ?? best) : best;
  }

  /** True when there was none with this prefix. */
  put(route: EdgeRoute): boolean {
    const isNew = !this.remove(route.pathPrefix);
    this.#size += 1;
    if (route.pathPrefix === '/') this.#root = route;
    else this.#putSlot(route);
    return isNew;
  }

  /** True when there was one. */
  remove(pathPrefix: string): boolean {
    const wasThere = pathPrefix === '/' ? this.#root !== undefined : this.#removeSlot(pathPrefix);
    if (pathPrefix === '/') this.#root = undefined;
    if (wasThere) this.#size -= 1;
    return wasThere;
  }

  *[Symbol.iterator](): Generator<EdgeRoute> {
    if (this.#root !== undefined) yield this.#root;
    for (const first of this.#slots?.values() ?? [])
      for (let slot: Slot | undefined = first; slot !== undefined; slot = slot.next) yield slot.route;
  }

  #putSlot(route: EdgeRoute): void {
    this.#slots ??= new Map();
    this.#longest = Math.max(this.#longest, route.pathPrefix.length);
    const hash = hashPrefix(route.pathPrefix);
    this.#slots.set(hash, { route, next: this.#slots.get(hash) });
  }

  #removeSlot(pathPrefix: string): boolean {
    const hash = hashPrefix(pathPrefix);
    const first = this.#slots?.get(hash);
    const gone = findSlot(first, pathPrefix);
    if (gone === undefined) return false;
    const rest = withoutSlot(first, gone);
    if (rest === undefined) this.#slots?.delete(hash);
    else this.#slots?.set(hash, rest);
    if (this.#slots?.size === 0) {
      this.#slots = undefined;
      this.#longest = 0;
    }
    return true;
  }
}

// oxlint-disable-next-line max-params -- on the way of each request: no object is made for the fourth
function matchPrefix(first: Slot | undefined, bytes: Uint8Array, start: number, end: number): EdgeRoute | undefined {
  let slot = first;
  while (slot !== undefined && !isSamePrefix(slot.route.pathPrefix, bytes, start, end)) slot = slot.next;
  return slot?.route;
}

// oxlint-disable-next-line max-params -- as above
function isSamePrefix(prefix: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (prefix.length !== end - start) return false;
  for (let at = 0; at < prefix.length; at += 1) if (prefix.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}

function findSlot(first: Slot | undefined, pathPrefix: string): Slot | undefined {
  let slot = first;
  while (slot !== undefined && slot.route.pathPrefix !== pathPrefix) slot = slot.next;
  return slot;
}

function withoutSlot(slot: Slot | undefined, gone: Slot): Slot | undefined {
  if (slot === undefined || slot === gone) return slot?.next;
  return { route: slot.route, next: withoutSlot(slot.next, gone) };
}

function hashPrefix(prefix: string): number {
  let hash = HASH_SEED;
  for (let at = 0; at < prefix.length; at += 1) hash = Math.imul(hash ^ prefix.charCodeAt(at), HASH_PRIME);
  return hash;
}
