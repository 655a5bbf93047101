import type { EdgeTarget } from '../../core/route-table.ts';
import type { UpstreamFailure } from '../exchange/upstream.ts';
import { probeTarget } from './probe-target.ts';

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
/** An app that closes without an answer may have been asked something that only it cannot bear. */
const ENDS_IN_A_ROW = 5;
const PROBE_MS = 1_000;
/** How long after its time somebody is remembered who does not fail again and does not answer either. */
const FORGET_MS = 30_000;

interface Trouble {
  readonly target: EdgeTarget;
  /** Ends without an answer in a row. */
  ends: number;
  /** How often it was left out in a row. */
  times: number;
  outUntilMs: number;
  failedAtMs: number;
  /** It takes no connections: whether it does again can be tried without a visitor. */
  isDeaf: boolean;
}

/** What the world around the targets is asked for. */
export interface HealthSenses {
  /** Of a clock that never goes back. */
  readonly nowMs: () => number;
  /** True when the target takes connections. */
  readonly probe: (target: EdgeTarget) => Promise<boolean>;
}

const senses: HealthSenses = { nowMs: () => performance.now(), probe: probeTarget };

/**
 * Which targets are better left alone for a while, by what requests met: one that takes no connections is left out for
 * a second, then for twice as long, up to 30 s, and tried each second meanwhile. Nothing runs and nothing is looked up
 * while nothing is wrong.
 */
export class TargetHealth {
  readonly #senses: HealthSenses;
  readonly #troubles = new Map<string, Trouble>();
  #ticking: NodeJS.Timeout | undefined;

  constructor(given: HealthSenses = senses) {
    this.#senses = given;
  }

  /** Nothing is wrong anywhere. */
  get isWell(): boolean {
    return this.#troubles.size === 0;
  }

  isOut(target: EdgeTarget): boolean {
    const trouble = this.#find(target);
    return trouble !== undefined && trouble.outUntilMs > this.#senses.nowMs();
  }

  failed(target: EdgeTarget, failure: UpstreamFailure): void {
    if (failure !== 'unconnected' && failure !== 'ended') return;
    const nowMs = this.#senses.nowMs();
    const trouble = this.#find(target) ?? newTrouble(target);
    this.#troubles.set(target.instance, trouble);
    this.#ticking ??= setInterval(() => this.#tick(), PROBE_MS).unref();
    trouble.failedAtMs = nowMs;
    trouble.ends += 1;
    trouble.isDeaf = failure === 'unconnected';
    // Those who were on their way when it was left out say nothing new.
    if (trouble.outUntilMs > nowMs || (!trouble.isDeaf && trouble.ends < ENDS_IN_A_ROW)) return;
    trouble.outUntilMs = nowMs + Math.min(LONGEST_MS, FIRST_MS * 2 ** trouble.times);
    trouble.times += 1;
  }

  succeeded(target: EdgeTarget): void {
    if (this.#troubles.size > 0) this.#troubles.delete(target.instance);
  }

  /** Trouble of an instance that came back at another address is over. */
  #find(target: EdgeTarget): Trouble | undefined {
    const trouble = this.#troubles.get(target.instance);
    return trouble === undefined || !isSamePlace(trouble.target, target) ? undefined : trouble;
  }

  #tick(): void {
    const nowMs = this.#senses.nowMs();
    for (const [instance, trouble] of this.#troubles) {
      const { outUntilMs, failedAtMs, isDeaf } = trouble;
      if (outUntilMs > nowMs && isDeaf) void this.#probe(trouble);
      if (nowMs > Math.max(outUntilMs, failedAtMs) + FORGET_MS) this.#troubles.delete(instance);
    }
    if (this.#troubles.size > 0) return;
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }

  /** One that listens again is let back, but remembered until it has answered. */
  async #probe(trouble: Trouble): Promise<void> {
    if (await this.#senses.probe(trouble.target)) trouble.outUntilMs = 0;
  }
}

function newTrouble(target: EdgeTarget): Trouble {
  return { target, ends: 0, times: 0, outUntilMs: 0, failedAtMs: 0, isDeaf: false };
}

function isSamePlace(one: EdgeTarget, other: EdgeTarget): boolean {
  return one.host === other.host && one.port === other.port && one.socketPath === other.socketPath;
}
