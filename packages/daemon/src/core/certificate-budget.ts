import type { Attempt } from './certificate.ts';

const hourMs = 3_600_000;
const weekMs = 7 * 24 * hourMs;

/** Below the limits of the great public authority by a margin: 300 orders per 3 h, 5 of the same hosts per week, 5 failures per hour. */
const mostOrders = { count: 250, spanMs: 3 * hourMs };
const mostDuplicates = { count: 4, spanMs: weekMs };
const mostFailures = { count: 3, spanMs: hourMs };

/** When an order may be made without running into the authority's limits. */
export interface Admission {
  /** Epoch ms; not later than now when it may be made at once. */
  readonly at: number;
  /** Which limit holds it up; null when none does. */
  readonly reason: string | null;
}

export interface OrderPlan {
  readonly hosts: readonly string[];
  /** True: it replaces one in the authority's own window, which counts against no limit but that of all orders. */
  readonly isSuggested: boolean;
  readonly now: number;
  readonly ordersPerDomainPerWeek: number;
}

/** The first moment at which no limit is reached. */
export function admitOrder(attempts: readonly Attempt[], plan: OrderPlan): Admission {
  const { hosts, isSuggested, now, ordersPerDomainPerWeek } = plan;
  const orders = attempts.filter(({ kind }) => kind !== 'failure');
  const counted = orders.filter(({ kind }) => kind === 'order');
  const limits: Limit[] = [
    { found: orders, ...mostOrders, reason: 'Many certificates were ordered within three hours.' },
    ...hosts.map((host) => ({
      found: attempts.filter((one) => one.kind === 'failure' && one.hosts.includes(host)),
      ...mostFailures,
      reason: `The authority could not see ${host} several times within an hour.`,
    })),
  ];
  if (!isSuggested) limits.push(...orderLimits(hosts, counted, ordersPerDomainPerWeek));
  return limits
    .map((limit) => admitBy(limit, now))
    .reduce((latest, one) => (one.at > latest.at ? one : latest), { at: now, reason: null });
}

/** What is still to be counted, with one more. */
export function withAttempt(attempts: readonly Attempt[], attempt: Attempt): Attempt[] {
  return [...attempts.filter(({ at }) => at > attempt.at - weekMs), attempt];
}

interface Limit {
  readonly found: readonly Attempt[];
  readonly count: number;
  readonly spanMs: number;
  readonly reason: string;
}

function orderLimits(hosts: readonly string[], counted: readonly Attempt[], perDomain: number): Limit[] {
  const same = counted.filter((one) => one.hosts.join() === hosts.join());
  const domains = [...new Set(hosts.map(registeredDomain))];
  return [
    {
      found: same,
      ...mostDuplicates,
      reason: `A certificate of ${hosts.join(', ')} was ordered several times this week.`,
    },
    ...domains.map((domain) => ({
      found: counted.filter((one) => one.hosts.some((host) => registeredDomain(host) === domain)),
      count: perDomain,
      spanMs: weekMs,
      reason: `Certificates below ${domain} were ordered ${perDomain} times this week (edge.acme.ordersPerDomainPerWeek); a DNS provider makes one wildcard do.`,
    })),
  ];
}

/** The moment at which less than `count` lie within the span. */
function admitBy({ found, count, spanMs, reason }: Limit, now: number): Admission {
  const times = found.map(({ at }) => at).filter((at) => at > now - spanMs);
  const blocking = times.toSorted((one, other) => one - other).at(-count);
  return blocking === undefined || times.length < count ? { at: now, reason: null } : { at: blocking + spanMs, reason };
}

/**
 * The last two labels. The authority's list of public suffixes makes it more of them in some countries: there more is
 * counted together here than there, which errs on the safe side.
 */
function registeredDomain(host: string): string {
  return host.split('.').slice(-2).join('.');
}
