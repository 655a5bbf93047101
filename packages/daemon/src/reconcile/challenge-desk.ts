import type { EdgeChallenge } from '../core/edge-certificate.ts';
import type { World } from './world.ts';

/** What the edge answers to authorities that look: puts and takes away one answer at a time. */
export class ChallengeDesk {
  readonly #world: World;
  readonly #shown = new Set<EdgeChallenge>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Resolves once the edge gives the answer; the result takes it away. Rejects with `edge-unreachable`. */
  async show(challenge: EdgeChallenge): Promise<() => void> {
    this.#shown.add(challenge);
    try {
      await this.#put();
    } catch (error) {
      this.#shown.delete(challenge);
      throw error;
    }
    return () => {
      this.#shown.delete(challenge);
      this.replay();
    };
  }

  /** Says all of it again: the edge has started anew, or an answer is not needed any more. */
  replay(): void {
    this.#put().catch((error: unknown) => this.#world.log.debug({ error }, 'the edge did not take the challenges'));
  }

  #put(): Promise<void> {
    return this.#world.edge.putChallenges([...this.#shown]);
  }
}
