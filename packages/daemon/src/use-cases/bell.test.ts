import { expect, test } from 'vitest';
import { Bell } from './bell.ts';

const never = new AbortController().signal;

test('who waits is woken by a ring', async () => {
  const bell = new Bell();
  const waiting = bell.wait(never);
  bell.ring();
  await waiting;
});

test('a ring that came before the wait is not lost, and many count as one', async () => {
  const bell = new Bell();
  bell.ring();
  bell.ring();
  await bell.wait(never);
  let woken = false;
  const waiting = bell.wait(never).then(() => (woken = true));
  await new Promise(setImmediate);
  expect(woken).toBe(false);
  bell.ring();
  await waiting;
});

test('an abort wakes who waits, and lets nobody wait after it', async () => {
  const bell = new Bell();
  const controller = new AbortController();
  const waiting = bell.wait(controller.signal);
  controller.abort();
  await waiting;
  await bell.wait(controller.signal);
});
