const day = 24;
const week = 7 * day;
const month = 30 * day;
const year = 365 * day;

/** `About a minute`, `3 weeks`. */
export function renderHumanDuration(durationMs: number): string {
  const seconds = Math.trunc(durationMs / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  return renderHours(durationMs / 3_600_000);
}

/** Hours are rounded, years are not. */
function renderHours(exact: number): string {
  const hours = Math.trunc(exact + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 2 * day) return `${hours} hours`;
  if (hours < 2 * week) return `${Math.trunc(hours / day)} days`;
  if (hours < 2 * month) return `${Math.trunc(hours / week)} weeks`;
  if (hours < 2 * year) return `${Math.trunc(hours / month)} months`;
  return `${Math.trunc(exact / year)} years`;
}

/** `About a minute ago`. */
export function renderAgo(sinceMs: number, nowMs: number): string {
  return `${renderHumanDuration(nowMs - sinceMs)} ago`;
}

/** `2026-11-20 19:35:26 +0000 UTC`, to the second. */
export function renderTime(atMs: number): string {
  const [date, time = ''] = new Date(atMs).toISOString().split('T');
  return `${date} ${time.slice(0, 8)} +0000 UTC`;
}
