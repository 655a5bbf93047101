import type { DomainRoute } from '@berth/spec/app-route';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { App } from './app.ts';
import { instanceLabels, label, renderRecord } from './label.ts';
import { type Labelled, rebuildApps } from './rebuilding.ts';
import { simulatedApp, simulatedRelease } from './simulated-world.ts';

const place = { site: 'berth', generation: 4, slot: 0 };

function container(app: App, release = simulatedRelease(3), known: Partial<Labelled> = {}): Labelled {
  return { labels: instanceLabels(app, release, place), state: 'running', imageId: 'sha256:3', createdAt: 9, ...known };
}

const redirecting: DomainRoute = {
  host: 'old.example.org',
  pathPrefix: '/',
  stripPrefix: false,
  redirect: { to: 'https://a.example.org', status: 308, keepPath: true },
};

test('an app is rebuilt from its containers as it was wished for', () => {
  const wishes = fc.record({
    desired: fc.constantFrom<App['desired'][]>('running', 'paused', 'stopped'),
    replicas: fc.nat(9),
    version: fc.nat(),
    createdAt: fc.nat(),
    domains: fc.constantFrom([], [{ host: 'a.example.org', pathPrefix: '/', stripPrefix: false }], [redirecting]),
    route: fc.constantFrom({}, { sticky: true, limits: { bodyBytes: 1 } }),
    maintenance: fc.constantFrom(null, 'Back at noon.'),
    life: fc.constantFrom({}, { lifetimeSeconds: 9, atEnd: 'remove' as const }),
    desiredSince: fc.nat(),
    spawn: fc.constantFrom(null, { template: 'lab', user: 'Zoë 7', parameters: { size: 'big' } }),
  });
  fc.assert(
    fc.property(wishes, (wish) => {
      const app = simulatedApp(wish);
      const [rebuilt] = rebuildApps('local', [container(app)]);
      expect(rebuilt?.app).toMatchObject({
        ...wish,
        id: app.id,
        name: app.name,
        owner: app.owner,
        serving: { release: 3, generation: 4 },
      });
      expect(rebuilt?.releases).toMatchObject([
        { number: 3, state: 'serving', spec: simulatedRelease(3).spec, servedPort: 8080, imageId: 'sha256:3' },
      ]);
    }),
  );
});

test('the record with the highest version counts, wherever it stands', () => {
  const stale = simulatedApp({ version: 3, replicas: 1 });
  const record = {
    labels: { ...container(stale).labels, [label.record]: renderRecord({ ...stale, version: 8, replicas: 5 }) },
  };
  expect(rebuildApps('local', [record, container(stale)])[0]?.app).toMatchObject({ version: 8, replicas: 5 });
});

test('a record of an older Berth, which knew less, counts as well', () => {
  const app = simulatedApp({ replicas: 5, maintenance: 'gone' });
  const {
    route: _route,
    maintenance: _maintenance,
    life: _life,
    desiredSince: _since,
    spawn: _spawn,
    ...older
  } = JSON.parse(renderRecord(app)) as App;
  const labels = { ...container(app).labels, [label.record]: JSON.stringify(older) };
  expect(rebuildApps('local', [{ ...container(app), labels }])[0]?.app).toMatchObject({
    replicas: 5,
    route: {},
    maintenance: null,
    life: {},
    spawn: null,
  });
});

test('the newest release that runs is the serving one, not a newer one that never started', () => {
  const app = simulatedApp();
  const failed = container(app, simulatedRelease(4), { state: 'created' });
  expect(rebuildApps('local', [failed, container(app)])[0]?.app).toMatchObject({
    serving: { release: 3 },
    lastRelease: 4,
  });
});

test('a record that stands apart from the containers takes nothing away from what they tell', () => {
  const app = simulatedApp();
  const { labels } = container(app);
  expect(rebuildApps('local', [container(app), { labels }])[0]?.releases).toMatchObject([{ imageId: 'sha256:3' }]);
});

test('what carries no sound labels is not taken for an app', () => {
  const { labels } = container(simulatedApp());
  const broken = [
    {},
    { [label.appId]: 'x' },
    { ...labels, [label.record]: 'no json' },
    { ...labels, [label.spec]: '{"image":1}' },
    { ...labels, [label.release]: 'two' },
  ];
  for (const one of broken) expect(rebuildApps('local', [{ labels: one, state: 'running' }])).toEqual([]);
});

test('contents of injected files are not in labels, their places are', () => {
  const release = simulatedRelease(3);
  const files = [{ path: '/etc/key', content: 'secret', encoding: 'utf8' as const, mode: '0600' }];
  const { labels } = container(simulatedApp(), { ...release, spec: { ...release.spec, files } });
  expect(JSON.stringify(labels)).not.toContain('secret');
  expect(labels[label.spec]).toContain('/etc/key');
});
