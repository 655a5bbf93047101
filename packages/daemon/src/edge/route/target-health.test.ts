import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { findDeadPort } from '../testing/app.ts';
import { probeTarget } from './probe-target.ts';
import { TargetHealth } from './target-health.ts';

const target = { instance: 'a', host: '127.0.0.1', port: 1 };

function openHealth() {
  const clock = { nowMs: 5_000 };
  const health = new TargetHealth({ nowMs: () => clock.nowMs, probe: async () => false });
  /** Whether it is out after so many more milliseconds. */
  const outAfter = (ms: number): boolean => {
    clock.nowMs += ms;
    return health.isOut(target);
  };
  return { health, outAfter };
}

describe('a target that takes no connections', () => {
  test('is out for a second, then for twice as long, and for half a minute at most', () => {
    const { health, outAfter } = openHealth();
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      health.failed(target, 'unconnected');
      expect([outAfter(seconds * 1000 - 1), outAfter(1)]).toEqual([true, false]);
    }
  });

  test('is not out for longer because many were on their way when it failed', () => {
    const { health, outAfter } = openHealth();
    for (let count = 0; count < 100; count += 1) health.failed(target, 'unconnected');
    expect([outAfter(999), outAfter(1)]).toEqual([true, false]);
  });

  test('has a clean slate once it has answered', () => {
    const { health, outAfter } = openHealth();
    health.failed(target, 'unconnected');
    health.succeeded(target);
    expect([health.isWell, outAfter(0)]).toEqual([true, false]);
    health.failed(target, 'unconnected');
    expect([outAfter(999), outAfter(1)]).toEqual([true, false]);
  });

  test('is another one at another address', () => {
    const { health } = openHealth();
    health.failed(target, 'unconnected');
    expect(health.isOut({ ...target, port: 2 })).toBe(false);
  });
});

test('one that ends five requests in a row without an answer is out; fewer, or with answers in between, it is not', () => {
  const { health, outAfter } = openHealth();
  for (let count = 0; count < 4; count += 1) health.failed(target, 'ended');
  expect(outAfter(0)).toBe(false);
  health.succeeded(target);
  for (let count = 0; count < 4; count += 1) health.failed(target, 'ended');
  expect(outAfter(0)).toBe(false);
  health.failed(target, 'ended');
  expect([outAfter(0), outAfter(1_000)]).toEqual([true, false]);
});

test.each(['stale', 'malformed', 'silent'] as const)(
  'a %s answer says nothing of whether it takes requests',
  (kind) => {
    const { health } = openHealth();
    for (let count = 0; count < 20; count += 1) health.failed(target, kind);
    expect(health.isWell).toBe(true);
  },
);

test('what listens again is let back before its time, by the edge’s own asking', async () => {
  const port = await findDeadPort();
  const away = { instance: 'a', host: '127.0.0.1', port };
  const asked: boolean[] = [];
  const { promise: listens, resolve } = Promise.withResolvers<void>();
  const health = new TargetHealth({
    // Its time never comes.
    nowMs: () => 0,
    probe: async (one) => {
      const takes = await probeTarget(one);
      asked.push(takes);
      if (takes) resolve();
      return takes;
    },
  });
  health.failed(away, 'unconnected');
  expect(health.isOut(away)).toBe(true);
  expect(await probeTarget(away)).toBe(false);
  const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  await listens;
  await Promise.resolve();
  expect(health.isOut(away)).toBe(false);
  server.close();
});
