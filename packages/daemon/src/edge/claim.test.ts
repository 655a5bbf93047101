import { expect, test } from 'vitest';
import { RouteIndex } from '../core/route-index.ts';
import { type Claim, ClaimDesk, pickTarget } from './claim.ts';
import { InFlight } from './in-flight.ts';
import { routeTo } from './testing/app.ts';

const targets = ['a', 'b', 'c'].map((instance) => ({ instance, host: 'h', port: 1 }));
const none: ReadonlySet<string> = new Set();
const errand = { abort: () => undefined };

function pick(loads: Readonly<Record<string, number>>, turn: number, tried = none): string | undefined {
  return pickTarget(targets, { tried, turn, count: (instance) => loads[instance] ?? 0 })?.instance;
}

test('the instance with the least in flight is chosen', () => {
  expect([0, 1, 2].map((turn) => pick({ a: 2, b: 1, c: 2 }, turn))).toEqual(['b', 'b', 'b']);
});

test('equals take turns', () => {
  expect([0, 1, 2, 3].map((turn) => pick({}, turn))).toEqual(['a', 'b', 'c', 'a']);
});

test('what was tried is left out, until nothing is left', () => {
  expect(pick({ b: 9, c: 9 }, 0, new Set(['a']))).toBe('b');
  expect(pick({}, 0, new Set(['a', 'b', 'c']))).toBeUndefined();
});

test('each route has turns of its own', () => {
  const routes = new RouteIndex();
  routes.replace([routeTo(targets, { host: 'x.test' }), routeTo(targets, { host: 'y.test' })]);
  const desk = new ClaimDesk(routes, new InFlight());
  const visit = (host: string): string => {
    const claim = desk.claim({ host, path: '/', tried: none, errand }) as Claim;
    claim.release();
    return claim.target.instance;
  };
  expect(['x.test', 'y.test', 'x.test', 'y.test'].map(visit)).toEqual(['a', 'a', 'b', 'b']);
});

test('a claim counts until it is released, and once', async () => {
  const routes = new RouteIndex();
  routes.replace([routeTo(targets.slice(0, 1))]);
  const inFlight = new InFlight();
  const desk = new ClaimDesk(routes, inFlight);
  const claims = [1, 2].map(
    () => desk.claim({ host: 'app.test', path: '/', tried: none, errand: { abort: () => undefined } }) as Claim,
  );
  expect(inFlight.count('a')).toBe(2);
  claims[0]?.release();
  claims[0]?.release();
  expect(inFlight.count('a')).toBe(1);
  const idle = inFlight.whenIdle('a');
  claims[1]?.release();
  await idle;
});

test('a route without targets says why', () => {
  const routes = new RouteIndex();
  routes.replace([routeTo([], { unavailable: 'The app is paused.' })]);
  const desk = new ClaimDesk(routes, new InFlight());
  expect(desk.claim({ host: 'app.test', path: '/', tried: none, errand })).toEqual({
    code: 'app-unavailable',
    detail: 'The app is paused.',
  });
});
