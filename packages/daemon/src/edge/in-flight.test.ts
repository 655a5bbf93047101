import { expect, test } from 'vitest';
import { type Errand, InFlight } from './in-flight.ts';

function createErrand(): Errand {
  return { placeInFlight: -1, abort: () => undefined };
}

test('what is under way is told per instance, in whatever order it ends', () => {
  const inFlight = new InFlight();
  const [a, b, c, d] = Array.from({ length: 4 }, createErrand) as [Errand, Errand, Errand, Errand];
  for (const errand of [a, b, c]) inFlight.to('one').enter(errand);
  inFlight.to('other').enter(d);
  inFlight.to('one').leave(a);
  expect([inFlight.count('one'), inFlight.count('other'), inFlight.count('none')]).toEqual([2, 1, 0]);
  inFlight.to('one').leave(c);
  expect(inFlight.list('one')).toEqual([b]);
  inFlight.to('one').leave(b);
  expect(inFlight.listAll()).toEqual([d]);
});

test('leaving twice does no harm to those who are still there', () => {
  const inFlight = new InFlight();
  const [a, b] = [createErrand(), createErrand()];
  for (const errand of [a, b]) inFlight.to('one').enter(errand);
  for (const errand of [a, a]) inFlight.to('one').leave(errand);
  expect(inFlight.list('one')).toEqual([b]);
});

test('all who wait hear when the last has left, and who comes to an idle instance does not wait', async () => {
  const inFlight = new InFlight();
  const errand = createErrand();
  await inFlight.whenIdle('one');
  inFlight.to('one').enter(errand);
  const idle = Promise.all([inFlight.whenIdle('one'), inFlight.whenIdle('one')]);
  inFlight.to('one').leave(errand);
  await idle;
  await inFlight.whenIdle('one');
});

test('an instance is forgotten once nothing is under way to it', () => {
  const inFlight = new InFlight();
  const errand = createErrand();
  inFlight.to('one').enter(errand);
  const before = inFlight.to('one');
  inFlight.sweep();
  expect(inFlight.to('one')).toBe(before);
  before.leave(errand);
  inFlight.sweep();
  expect(inFlight.to('one')).not.toBe(before);
});
