import { expect, test } from 'vitest';
import { CoarseClock, Watch, type Watched } from './watch.ts';

let nowMs = 0;
const clock = new CoarseClock(() => nowMs);

/** Tells its name when its time is over, and leaves then. */
function createWatched(watch: Watch, deadlineMs: number, tell: () => void): Watched {
  const one: Watched = {
    deadlineMs,
    watchedAt: -1,
    expire: () => {
      watch.remove(one);
      tell();
    },
  };
  watch.add(one);
  return one;
}

test('each expires in its time, also when others leave at the same moment', () => {
  const watch = new Watch(clock);
  const expired: number[] = [];
  for (const deadlineMs of [30, 10, 20, 10, 40, 10])
    createWatched(watch, deadlineMs, () => void expired.push(deadlineMs));
  for (nowMs = 0; nowMs <= 30; nowMs += 10) watch.look();
  expect(expired).toEqual([10, 10, 10, 20, 30]);
});

test('who has left does not expire, and leaving twice does no harm', () => {
  const watch = new Watch(clock);
  const expired: string[] = [];
  const one = createWatched(watch, 0, () => void expired.push('one'));
  createWatched(watch, 0, () => void expired.push('other'));
  watch.remove(one);
  watch.remove(one);
  watch.look();
  expect(expired).toEqual(['other']);
});

test('who comes while others expire is looked at next time', () => {
  const watch = new Watch(clock);
  const expired: string[] = [];
  createWatched(watch, 0, () => {
    expired.push('first');
    createWatched(watch, 0, () => void expired.push('second'));
  });
  watch.look();
  expect(expired).toEqual(['first']);
  watch.look();
  expect(expired).toEqual(['first', 'second']);
});

test('it ticks while somebody is there', () => {
  const watch = new Watch(clock);
  const one = createWatched(watch, Number.POSITIVE_INFINITY, () => undefined);
  expect(watch.isTicking).toBe(true);
  watch.remove(one);
  watch.look();
  expect(watch.isTicking).toBe(false);
});
