import { randomBytes } from 'node:crypto';
import type { EdgeRoute, EdgeTarget } from '../core/route-table.ts';
import type { UpstreamFailure } from './exchange/upstream.ts';
import type { InFlight } from './in-flight.ts';
import type { Refusal } from './refusal.ts';
import { StickyCookie, type StickyFacts } from './route/sticky.ts';
import { TargetHealth } from './route/target-health.ts';

/** What a choice looks at beside the route. */
export interface ChoiceWish {
  /** Instances that could not be reached for this errand; undefined at the first try. */
  readonly tried: ReadonlySet<string> | undefined;
  /** The values of all `Cookie` headers; asked for where the route is sticky, and nowhere else. */
  readonly cookies: string | undefined;
}

interface Turn {
  at: number;
}

/** More than any instance has under way: one that is left out is chosen only where all are. */
const OUT_LOAD = 2 ** 32;

const UNREACHABLE: Refusal = {
  code: 'app-unreachable',
  detail: 'No instance of the app takes connections now. Try again in a moment.',
};

/** Chooses instances: the visitor's own where the route is sticky, else the least busy; those that fail are left out for a while. */
export class ClaimDesk {
  readonly #inFlight: InFlight;
  readonly #health: TargetHealth;
  readonly #sticky: StickyCookie;
  readonly #turns = new WeakMap<EdgeRoute, Turn>();

  /** Edges that share `stickyKey` know each other's cookies. */
  constructor(
    inFlight: InFlight,
    {
      stickyKey = randomBytes(32),
      health = new TargetHealth(),
    }: { stickyKey?: Uint8Array; health?: TargetHealth } = {},
  ) {
    this.#inFlight = inFlight;
    this.#health = health;
    this.#sticky = new StickyCookie(stickyKey);
  }

  /** Makes nothing and remembers nothing but whose turn it is: the caller counts what it sends in the same step. */
  choose(route: EdgeRoute, wish: ChoiceWish): EdgeTarget | Refusal {
    const [only] = route.targets;
    if (only === undefined) return refuseWithout(route);
    if (route.targets.length > 1)
      return this.#chooseOwn(route, wish) ?? this.#chooseLeastBusy(route, wish.tried) ?? UNREACHABLE;
    return isTried(only, wish.tried) ? UNREACHABLE : only;
  }

  /** The `Set-Cookie` for an answer of a sticky route; undefined when none is needed. */
  stickyCookie(route: EdgeRoute, target: EdgeTarget, facts: StickyFacts): string | undefined {
    return route.options?.sticky === true ? this.#sticky.render(route, target, facts) : undefined;
  }

  /** It gave no answer to an errand. */
  failed(target: EdgeTarget, failure: UpstreamFailure): void {
    this.#health.failed(target, failure);
  }

  /** It has begun to answer. */
  succeeded(target: EdgeTarget): void {
    this.#health.succeeded(target);
  }

  #chooseOwn({ options, targets }: EdgeRoute, { tried, cookies }: ChoiceWish): EdgeTarget | undefined {
    if (options?.sticky !== true || cookies === undefined) return undefined;
    const own = this.#sticky.find(targets, cookies);
    return own === undefined || isTried(own, tried) || this.#isOut(own) ? undefined : own;
  }

  /** `#turn` decides between equals, each in its turn. */
  #chooseLeastBusy(route: EdgeRoute, tried: ReadonlySet<string> | undefined): EdgeTarget | undefined {
    const { targets } = route;
    const turn = this.#turn(route);
    let best: EdgeTarget | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (let step = 0; step < targets.length; step += 1) {
      const target = targets[(turn + step) % targets.length];
      if (target === undefined || isTried(target, tried)) continue;
      const load = this.#inFlight.count(target.instance) + (this.#isOut(target) ? OUT_LOAD : 0);
      if (load >= least) continue;
      best = target;
      least = load;
    }
    return best;
  }

  #turn(route: EdgeRoute): number {
    const turn = this.#turns.get(route);
    if (turn !== undefined) return (turn.at += 1);
    this.#turns.set(route, { at: 0 });
    return 0;
  }

  #isOut(target: EdgeTarget): boolean {
    return !this.#health.isWell && this.#health.isOut(target);
  }
}

function isTried({ instance }: EdgeTarget, tried: ReadonlySet<string> | undefined): boolean {
  return tried !== undefined && tried.has(instance);
}

function refuseWithout({ unavailable }: EdgeRoute): Refusal {
  return { code: 'app-unavailable', detail: unavailable ?? 'The app is not ready to take requests.' };
}
