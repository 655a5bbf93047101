import { describe, expect, test } from 'vitest';
import type { EdgeRoute, EdgeTarget } from '../core/route-table.ts';
import { ClaimDesk } from './claim.ts';
import { InFlight } from './in-flight.ts';
import { TargetHealth } from './route/target-health.ts';
import { routeTo } from './testing/app.ts';

const targets = ['a', 'b', 'c'].map((instance) => ({ instance, host: 'h', port: 1 }));
const [a, b, c] = targets as [EdgeTarget, EdgeTarget, EdgeTarget];
const sticky = routeTo(targets, { options: { sticky: true } });

interface Case {
  readonly loads?: Readonly<Record<string, number>>;
  readonly route?: EdgeRoute;
  readonly tried?: readonly string[];
}

/** What a desk chooses for one visitor after the other, none of which stays. */
function openDesk({ loads = {}, route = routeTo(targets), tried }: Case) {
  const inFlight = new InFlight();
  for (const [instance, load] of Object.entries(loads))
    for (let count = 0; count < load; count += 1)
      inFlight.to(instance).enter({ placeInFlight: 0, abort: () => undefined });
  const clock = { nowMs: 0 };
  const health = new TargetHealth({ nowMs: () => clock.nowMs, probe: async () => false });
  const desk = new ClaimDesk(inFlight, { health });
  const choose = (cookies?: string): string => {
    const chosen = desk.choose(route, { tried: tried && new Set(tried), cookies });
    return 'code' in chosen ? chosen.code : chosen.instance;
  };
  const chooseThrice = (): readonly string[] => [choose(), choose(), choose()];
  return { desk, clock, choose, chooseThrice };
}

test('the instance with the least in flight is chosen', () => {
  expect(openDesk({ loads: { a: 2, b: 1, c: 2 } }).chooseThrice()).toEqual(['b', 'b', 'b']);
});

test('equals take turns', () => {
  const { choose, chooseThrice } = openDesk({});
  expect([...chooseThrice(), choose()]).toEqual(['a', 'b', 'c', 'a']);
});

test('what was tried is left out, until nothing is left', () => {
  expect(openDesk({ loads: { b: 9, c: 9 }, tried: ['a'] }).choose()).toBe('b');
  expect(openDesk({ tried: ['a', 'b', 'c'] }).choose()).toBe('app-unreachable');
  expect(openDesk({ route: routeTo([a]), tried: ['a'] }).choose()).toBe('app-unreachable');
});

test('each route has turns of its own', () => {
  const desk = new ClaimDesk(new InFlight());
  const [x, y] = ['x.test', 'y.test'].map((host) => routeTo(targets, { host })) as [EdgeRoute, EdgeRoute];
  const visit = (route: EdgeRoute) => desk.choose(route, { tried: undefined, cookies: undefined });
  expect([x, y, x, y].map(visit)).toEqual([a, a, b, b]);
});

test('a route without targets says why', () => {
  const desk = new ClaimDesk(new InFlight());
  const route = routeTo([], { unavailable: 'The app is paused.' });
  expect(desk.choose(route, { tried: undefined, cookies: undefined })).toEqual({
    code: 'app-unavailable',
    detail: 'The app is paused.',
  });
});

describe('an instance that takes no connections', () => {
  test('is left out while others remain, and chosen again after a second', () => {
    const { desk, clock, chooseThrice } = openDesk({});
    desk.failed(b, 'unconnected');
    expect(new Set(chooseThrice())).toEqual(new Set(['a', 'c']));
    clock.nowMs = 1_000;
    expect(new Set(chooseThrice())).toEqual(new Set(['a', 'b', 'c']));
  });

  test('is chosen even so where the others are busy beyond measure, were tried, or fail too', () => {
    const { desk, chooseThrice } = openDesk({ loads: { a: 50, c: 50 } });
    desk.failed(b, 'unconnected');
    expect(chooseThrice()).not.toContain('b');
    desk.failed(a, 'unconnected');
    desk.failed(c, 'unconnected');
    expect(chooseThrice()).toEqual(['b', 'b', 'b']);
    const rest = openDesk({ tried: ['a', 'c'] });
    rest.desk.failed(b, 'unconnected');
    expect(rest.choose()).toBe('b');
  });
});

describe('on a sticky route', () => {
  const facts = { cookies: undefined, isTls: false };
  const cookieOf = (desk: ClaimDesk, target: EdgeTarget): string =>
    desk.stickyCookie(sticky, target, facts)?.split(';')[0] ?? '';

  test('a visitor stays with the instance whatever it has to do', () => {
    const { desk, choose } = openDesk({ route: sticky, loads: { c: 9 } });
    expect(choose(`theme=dark; ${cookieOf(desk, c)}; more=1`)).toBe('c');
    expect(choose('theme=dark')).not.toBe('c');
    expect(choose()).not.toBe('c');
  });

  test('of several marks, as of paths above, that of an instance of this route counts', () => {
    const { desk, choose } = openDesk({ route: sticky });
    const foreign = cookieOf(desk, { ...a, instance: 'of-another-app' });
    expect(choose(`${foreign}; ${cookieOf(desk, b)}`)).toBe('b');
  });

  test('a visitor goes elsewhere when its instance is gone, tried or out, and gets its mark', () => {
    const { desk, choose } = openDesk({ route: sticky, loads: { b: 1 } });
    const gone = cookieOf(desk, { ...a, instance: 'z' });
    expect(choose(gone)).toBe('a');
    expect(desk.stickyCookie(sticky, a, { cookies: gone, isTls: false })).toBe(desk.stickyCookie(sticky, a, facts));
    const own = cookieOf(desk, c);
    desk.failed(c, 'unconnected');
    expect(choose(own)).toBe('a');
    expect(openDesk({ route: sticky, tried: ['b', 'c'] }).choose(own)).toBe('a');
  });

  test('the mark is given once, hides the instance, and is kept to the route and to https', () => {
    const { desk } = openDesk({ route: sticky });
    const route = { ...sticky, pathPrefix: '/shop' };
    const cookie = desk.stickyCookie(route, a, { cookies: undefined, isTls: true });
    expect(cookie).toMatch(/^berth-instance=[A-Za-z0-9_-]{22}; Path=\/shop; HttpOnly; SameSite=Lax; Secure$/);
    expect(desk.stickyCookie(route, a, facts)).not.toContain('Secure');
    expect(desk.stickyCookie(route, a, { cookies: cookie?.split(';')[0], isTls: true })).toBeUndefined();
  });

  test('edges with one key know each other’s marks, others do not', () => {
    const [one, other, third] = [7, 7, 8].map(
      (fill) => new ClaimDesk(new InFlight(), { stickyKey: new Uint8Array(32).fill(fill) }),
    ) as [ClaimDesk, ClaimDesk, ClaimDesk];
    expect(cookieOf(one, a)).toBe(cookieOf(other, a));
    expect(cookieOf(one, a)).not.toBe(cookieOf(third, a));
  });

  test('other routes know nothing of marks', () => {
    const { desk, choose } = openDesk({ loads: { c: 9 } });
    expect(choose(cookieOf(desk, c))).not.toBe('c');
    expect(desk.stickyCookie(routeTo(targets), a, facts)).toBeUndefined();
  });
});
