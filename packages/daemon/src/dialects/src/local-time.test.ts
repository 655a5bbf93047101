import { expect, test } from 'vitest';
import { LocalTime } from './local-time.ts';

const minute = 60_000;

function plainly(at: number): string {
  const time = new Date(at);
  const parts = [time.getMonth() + 1, time.getDate(), time.getHours(), time.getMinutes(), time.getSeconds()];
  const [month, day, hour, minutes, seconds] = parts.map((part) => String(part).padStart(2, '0'));
  return `${time.getFullYear()}-${month}-${day}T${hour}:${minutes}:${seconds}`;
}

test.each(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia'])(
  'every quarter of an hour of a year is told as clocks in %s show it',
  (zone) => {
    const before = process.env['TZ'];
    process.env['TZ'] = zone;
    const times = new LocalTime();
    const faults: string[] = [];
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 15 * minute + 7_000) {
      const told = times.render(at);
      if (told !== plainly(at)) faults.push(`${told} for ${plainly(at)}`);
    }
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
    expect(faults).toEqual([]);
  },
);
