const dayMs = 86_400_000;
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** Renders moments of the daemon's own time zone as `YYYY-MM-DDTHH:MM:SS`; fast where most are of the day before them. */
export class LocalTime {
  #day = Number.NaN;
  /** Of all of that day; undefined on one on which clocks are set. */
  #offsetMs: number | undefined;
  #localDay = Number.NaN;
  #date = '';

  render(at: number): string {
    const local = at + this.#offsetAt(at);
    const localDay = Math.floor(local / dayMs);
    if (localDay !== this.#localDay) {
      this.#localDay = localDay;
      this.#date = new Date(local).toISOString().slice(0, 10);
    }
    const seconds = Math.floor((local - localDay * dayMs) / 1000);
    const [hour, minute, second] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return `${this.#date}T${twoDigits[hour]}:${twoDigits[minute]}:${twoDigits[second]}`;
  }

  #offsetAt(at: number): number {
    const day = Math.floor(at / dayMs);
    if (day !== this.#day) {
      this.#day = day;
      const [first, last] = [offsetOf(day * dayMs), offsetOf((day + 1) * dayMs)];
      this.#offsetMs = first === last ? first : undefined;
    }
    return this.#offsetMs ?? offsetOf(at);
  }
}

function offsetOf(at: number): number {
  return -60_000 * new Date(at).getTimezoneOffset();
}
