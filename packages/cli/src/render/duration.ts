const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** The two largest units at most: `850 ms`, `4.2 s`, `3 min 5 s`, `2 h 10 min`, `12 d`. */
export function renderDuration(ms: number): string {
  if (ms < second) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9.95 * second) return `${(ms / second).toFixed(1)} s`;
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return pair(ms, [minute, 'min'], [second, 's']);
  if (ms < day) return pair(ms, [hour, 'h'], [minute, 'min']);
  return ms < 10 * day ? pair(ms, [day, 'd'], [hour, 'h']) : `${Math.floor(ms / day)} d`;
}

/** How long ago, in the largest unit: `now`, `40 s`, `5 min`, `3 h`, `12 d`. */
export function renderAge(instant: string, now: number): string {
  const ms = now - Date.parse(instant);
  if (Number.isNaN(ms)) return '';
  if (ms < second) return 'now';
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  return ms < day ? `${Math.floor(ms / hour)} h` : `${Math.floor(ms / day)} d`;
}

type Unit = readonly [ms: number, name: string];

function pair(ms: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}
