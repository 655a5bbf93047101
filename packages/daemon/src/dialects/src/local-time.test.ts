import { afterEach, expect, test, vi } from 'vitest';
import { LocalTime } from './local-time.ts';

const minute = 60_000;

function plainly(at: number): string {
  const time = new Date(at);
  const parts = [time.getMonth() + 1, time.getDate(), time.getHours(), time.getMinutes(), time.getSeconds()];
  const [month, day, hour, minutes, seconds] = parts.map((part) => String(part).padStart(2, '0'));
  return `${time.getFullYear()}-${month}-${day}T${hour}:${minutes}:${seconds}`;
}

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['UTC', 0],
  ['Europe/Berlin', 60],
  ['America/St_Johns', -210],
  ['Australia/Lord_Howe', 660],
  ['Asia/Kathmandu', 345],
])('every quarter of an hour of a year is told as clocks in %s show it', (zone, offsetMinutes) => {
  vi.stubEnv('TZ', zone);
  expect(0 - new Date(Date.UTC(2026, 0, 1)).getTimezoneOffset()).toBe(offsetMinutes);
  const times = new LocalTime();
  const faults: string[] = [];
  for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 15 * minute + 7_000) {
    const told = times.render(at);
    if (told !== plainly(at)) faults.push(`${told} for ${plainly(at)}`);
  }
  expect(faults).toEqual([]);
});
