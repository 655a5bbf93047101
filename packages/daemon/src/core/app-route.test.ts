import { describe, expect, test } from 'vitest';
import type { App } from './app.ts';
import { appPlaces, appRoutes, type RoutePolicy, type Serving } from './app-route.ts';
import type { Instance } from './instance.ts';
import { defaultLimits, type EdgeRoute } from './route-table.ts';
import { simulatedApp } from './simulated-world.ts';

const usual: RoutePolicy = {
  baseDomain: 'apps.test',
  defaultApp: null,
  limits: defaultLimits,
  requiresTls: false,
  mounts: [],
};
const target = { instance: 'one', host: '10.0.0.1', port: 8080 };
const serving: Serving = {
  instances: [{ id: 'one', address: { host: '10.0.0.1', port: 8080 } } as Instance],
  condition: { state: 'running', reason: null, ready: 1 },
  protocol: 'http',
};
const domain = { host: 'shop.test', pathPrefix: '/', stripPrefix: false };

function routes(wish: Partial<App>, policy: Partial<RoutePolicy> = {}, more: Partial<Serving> = {}): EdgeRoute[] {
  return appRoutes(simulatedApp(wish), { ...usual, ...policy }, { ...serving, ...more });
}

test('a usual route says nothing that is as usual: ten thousand of them are held', () => {
  expect(routes({ route: { sticky: false, limits: { ...defaultLimits } } })).toEqual([
    {
      host: 'shop.apps.test',
      pathPrefix: '/',
      stripPrefix: false,
      app: 'shop',
      targets: [target],
      unavailable: null,
    },
  ]);
});

test('what an app says of itself goes for its own host and for its domains', () => {
  const wish = { maintenance: 'Back at noon.', route: { sticky: true, limits: { bodyBytes: 9 } }, domains: [domain] };
  const options = { maintenance: 'Back at noon.', protocol: 'h2c', sticky: true, limits: { bodyBytes: 9 } };
  expect(routes(wish, {}, { protocol: 'h2c' }).map((route) => route.options)).toEqual([options, options]);
});

test('a domain that leads elsewhere has no targets, and no reason to be unavailable', () => {
  const redirect = { to: 'https://new.test', status: 308, keepPath: true } as const;
  const [, elsewhere] = routes({ domains: [{ ...domain, redirect, requireTls: true }], maintenance: 'Gone.' });
  expect(elsewhere).toMatchObject({ targets: [], unavailable: null, options: { redirect } });
});

describe('limits', () => {
  const limits = { ...defaultLimits, bodyBytes: 1000, idleSeconds: 60 };

  test('are the administrator’s where an app says nothing', () => {
    expect(routes({}, { limits })[0]?.options).toEqual({ limits: { bodyBytes: 1000, idleSeconds: 60 } });
  });

  test('are the app’s where it does, also where it wants the edge’s own again', () => {
    const route = { limits: { bodyBytes: 0, concurrency: 5, idleSeconds: defaultLimits.idleSeconds } };
    expect(routes({ route }, { limits })[0]?.options).toEqual({ limits: { concurrency: 5 } });
  });
});

describe('https', () => {
  const policy = { requiresTls: true };

  test('is required of all hosts where the policy says so, else of none', () => {
    const optionsOf = (requiresTls: boolean) =>
      routes({ domains: [domain] }, { requiresTls }).map((one) => one.options);
    expect(optionsOf(true)).toEqual([{ requireTls: true }, { requireTls: true }]);
    expect(optionsOf(false)).toEqual([undefined, undefined]);
  });

  test('is as a domain says, where it does', () => {
    const domains = [
      { ...domain, requireTls: false },
      { ...domain, host: 'other.test', requireTls: true },
    ];
    expect(routes({ domains }, policy).map(({ options }) => options?.requireTls)).toEqual([true, false, true]);
  });
});

test('the default app is reached by every host that leads nowhere else', () => {
  expect(routes({}, { defaultApp: 'shop' }).map(({ host }) => host)).toEqual(['shop.apps.test', '*']);
  expect(routes({}, { defaultApp: 'other' }).map(({ host }) => host)).toEqual(['shop.apps.test']);
});

test('without an instance the route says why, in words for visitors', () => {
  const condition = { state: 'paused', reason: 'by ann', ready: 0 } as const;
  expect(routes({}, {}, { instances: [], condition })[0]).toMatchObject({
    targets: [],
    unavailable: 'The app is paused.',
  });
});

test('an app of a mount’s owner is reached below it as well, and nobody else’s is', () => {
  const mounts = [{ host: '*', pathPrefix: '/docker', owner: simulatedApp().owner }];
  const places = (owner: string) => appPlaces(simulatedApp({ owner, name: 'shop' }), { ...usual, mounts });
  expect(places(mounts[0]?.owner ?? '').at(1)).toEqual({
    host: '*',
    pathPrefix: '/docker/shop',
    stripPrefix: true,
    slash: true,
  });
  expect(places('somebody-else')).toHaveLength(1);
});
