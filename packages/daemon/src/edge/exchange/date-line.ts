import { bytesOf } from '../wire/byte.ts';

/** The `Date` line for answers that came without one (RFC 9110, 6.6.1), made anew each second at most. */
export class DateLine {
  #line: Uint8Array = bytesOf('');
  #goodUntilMs = Number.NEGATIVE_INFINITY;

  /** `nowMs` of a clock that never goes back. */
  at(nowMs: number): Uint8Array {
    if (nowMs < this.#goodUntilMs) return this.#line;
    const now = new Date();
    this.#line = bytesOf(`Date: ${now.toUTCString()}\r\n`);
    this.#goodUntilMs = nowMs + 1_000 - now.getMilliseconds();
    return this.#line;
  }
}
