import type { AppTraffic, TrafficFacts } from '../../ports/edge.ts';

type Counted = Pick<AppTraffic, 'requests' | 'statuses' | 'bytesIn' | 'bytesOut'>;

const none: Counted = { requests: 0, statuses: [0, 0, 0, 0, 0], bytesIn: 0, bytesOut: 0 };

/**
 * Sums that only grow: the edge forgets a route that has been gone for long, and all when it is started again, and a
 * counter that falls would be read as one that began anew.
 */
export class TrafficTotals {
  readonly #last = new Map<string, Counted>();
  #startedAtMs = 0;
  #sum = none;

  get sum(): Counted {
    return this.#sum;
  }

  add({ apps, startedAtMs }: TrafficFacts): void {
    if (startedAtMs !== this.#startedAtMs) this.#last.clear();
    this.#startedAtMs = startedAtMs;
    for (const path of this.#last.keys()) if (apps[path] === undefined) this.#last.delete(path);
    for (const [path, traffic] of Object.entries(apps)) {
      const before = this.#last.get(path);
      this.#sum = plus(
        this.#sum,
        before !== undefined && before.requests <= traffic.requests ? minus(traffic, before) : traffic,
      );
      this.#last.set(path, traffic);
    }
  }
}

function plus(one: Counted, other: Counted): Counted {
  return {
    requests: one.requests + other.requests,
    statuses: addEach(one.statuses, other.statuses),
    bytesIn: one.bytesIn + other.bytesIn,
    bytesOut: one.bytesOut + other.bytesOut,
  };
}

function minus(one: Counted, { requests, statuses, bytesIn, bytesOut }: Counted): Counted {
  const [a, b, c, d, e] = statuses;
  return plus(one, { requests: -requests, statuses: [-a, -b, -c, -d, -e], bytesIn: -bytesIn, bytesOut: -bytesOut });
}

function addEach(one: Counted['statuses'], other: Counted['statuses']): Counted['statuses'] {
  const [a, b, c, d, e] = one;
  return [a + other[0], b + other[1], c + other[2], d + other[3], e + other[4]];
}
