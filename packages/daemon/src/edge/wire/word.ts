import { bytesOf, lowerCase } from './byte.ts';

// Constants of this file's own: see byte.ts.
const lower = lowerCase;

/** A word that protocols compare without regard to case; it is given in lower case. */
export class Word {
  readonly #letters: Uint8Array;

  constructor(text: string) {
    this.#letters = bytesOf(text);
  }

  isAll(bytes: Uint8Array, start: number, end: number): boolean {
    return end - start === this.#letters.length && this.begins(bytes, start, end);
  }

  begins(bytes: Uint8Array, start: number, end: number): boolean {
    const letters = this.#letters;
    if (end - start < letters.length) return false;
    for (let at = 0; at < letters.length; at += 1) if (lower[bytes[start + at] as number] !== letters[at]) return false;
    return true;
  }
}
