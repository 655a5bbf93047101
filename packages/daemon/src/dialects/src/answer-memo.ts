import { visibleOwner } from '../../use-cases/actor.ts';
import type { Hand } from './hand.ts';

/** Nobody asks for so many different things within a second who is up to any good. */
const mostAnswers = 1000;

/**
 * Answers that are made from what is in memory, kept until that changes, and never beyond the second: they tell how long ago
 * things were. Callers who may see the same share them.
 */
export class AnswerMemo {
  readonly #answers = new Map<string, Buffer>();
  #stamp = '';

  /** `question` is all of the call that the answer depends on, beside who asks. */
  async read(hand: Hand, question: string, make: () => Promise<Buffer>): Promise<Buffer> {
    this.#forgetOld(hand);
    const { actor, engine, mode } = hand;
    const key = JSON.stringify([visibleOwner(actor), actor.scopes, engine, mode, question]);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const stamp = this.#stamp;
    const made = await make();
    if (stamp === this.#stamp && this.#answers.size < mostAnswers) this.#answers.set(key, made);
    return made;
  }

  #forgetOld({ context: { clock, fleet, ledger } }: Hand): void {
    const stamp = `${Math.floor(clock.now() / 1000)} ${fleet.revision} ${ledger.revision}`;
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    this.#answers.clear();
  }
}
