import type { RouteIndex } from '../core/route-index.ts';
import type { EdgeRoute, EdgeTarget } from '../core/route-table.ts';
import type { Errand, InFlight } from './in-flight.ts';
import type { Refusal } from './refusal.ts';

/** A target that is held for one errand until it is released: draining waits for that. */
export interface Claim {
  readonly route: EdgeRoute;
  readonly target: EdgeTarget;
  readonly release: () => void;
}

export interface ClaimWish {
  readonly host: string;
  readonly path: string;
  /** Instances that could not be reached for this errand. */
  readonly tried: ReadonlySet<string>;
  readonly errand: Errand;
}

/** Routes, chooses and counts in one step without a pause, so that no change of routes comes in between. */
export class ClaimDesk {
  readonly #routes: RouteIndex;
  readonly #inFlight: InFlight;
  readonly #turns = new WeakMap<EdgeRoute, number>();

  constructor(routes: RouteIndex, inFlight: InFlight) {
    this.#routes = routes;
    this.#inFlight = inFlight;
  }

  claim({ host, path, tried, errand }: ClaimWish): Claim | Refusal {
    const route = this.#routes.find(host, path);
    if (route === undefined)
      return { code: 'no-app-here', detail: 'Check the address, or ask the one who gave it to you.' };
    if (route.targets.length === 0)
      return { code: 'app-unavailable', detail: route.unavailable ?? 'The app is not ready to take requests.' };
    const turn = (this.#turns.get(route) ?? -1) + 1;
    this.#turns.set(route, turn);
    const target = pickTarget(route.targets, { tried, turn, count: (instance) => this.#inFlight.count(instance) });
    if (target === undefined)
      return {
        code: 'app-unreachable',
        detail: 'No instance of the app takes connections now. Try again in a moment.',
      };
    return { route, target, release: this.#inFlight.enter(target.instance, errand) };
  }
}

/** The target with the least in flight; `turn` decides between equals, each in its turn. */
export function pickTarget(
  targets: readonly EdgeTarget[],
  { tried, turn, count }: { tried: ReadonlySet<string>; turn: number; count: (instance: string) => number },
): EdgeTarget | undefined {
  let best: EdgeTarget | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let step = 0; step < targets.length; step += 1) {
    const target = targets[(turn + step) % targets.length];
    if (target === undefined || tried.has(target.instance)) continue;
    const load = count(target.instance);
    if (load < least) [best, least] = [target, load];
  }
  return best;
}
