import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newWatch } from '../core/instance.ts';
import { listEngines, showEngine } from './engines.ts';
import { showApp, showInstances, showStatus } from './get-app-view.ts';
import { listImages } from './images.ts';
import { listRoutes } from './routes.ts';
import { deploy, deployed, launch, observe } from './test-app.contract.ts';
import { ada, bob, openTestContext, root, setConnected, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(() => context.close());

const routed = { ...newWatch, health: 'healthy', routedAs: '127.64.0.1:8080' } as const;

describe('images', () => {
  test('are those of one’s apps; administrators see them all, and who uses them', async () => {
    context.engine.controls.addImage({ reference: 'example/unused:1' });
    await deployed(context, ada, 'blog');
    await deployed(context, bob, 'shop');
    await deployed(context, bob, { name: 'till', image: 'example/till:1' });
    const view = async (actor: typeof ada) =>
      (await listImages(context, actor))
        .map(({ references, apps }) => `${references.join(' ')} used by ${apps.join(' ')}`)
        .toSorted();
    expect(await view(ada)).toEqual(['example/app:1 used by blog']);
    expect(await view(bob)).toEqual(['example/app:1 used by shop', 'example/till:1 used by till']);
    expect(await view(root)).toEqual([
      'example/app:1 used by blog shop',
      'example/till:1 used by till',
      'example/unused:1 used by ',
    ]);
  });

  test('of an engine that does not answer are left out, not waited for', async () => {
    await deployed(context, ada, 'blog');
    setConnected(context, 'local', false);
    expect(await listImages(context, root)).toEqual([]);
  });
});

describe('engines', () => {
  test('are shown as they were last seen, with the instances one may see', async () => {
    await deployed(context, ada, 'blog');
    observe(context, 'blog');
    observe(context, 'blog', { slot: 1 });
    expect(listEngines(context, root)).toMatchObject([
      {
        name: 'local',
        state: 'connected',
        isDefault: true,
        mode: 'solo',
        instances: 2,
        version: null,
        observedAt: null,
      },
    ]);
    expect(showEngine(context, bob, 'local').instances).toBe(0);
    const description = await context.engine.describe();
    context.fleet.putEngine('local', { connected: false, reason: 'It is gone.', description, observedAt: 0 });
    const seen = {
      state: 'unreachable',
      reason: 'It is gone.',
      version: '29.0.0',
      cpus: 2,
      observedAt: '1970-01-01T00:00:00.000Z',
    };
    expect(showEngine(context, ada, 'local')).toMatchObject(seen);
    expect(() => showEngine(context, ada, 'other')).toThrow(
      expect.objectContaining({ code: 'engine-not-found' }) as Error,
    );
  });
});

describe('routes', () => {
  test('lead to an app by its own host and its domains, with the instances behind them', async () => {
    await deployed(context, ada, {
      name: 'blog',
      domains: [{ host: 'example.org', pathPrefix: '/blog', stripPrefix: true }],
    });
    await deployed(context, bob, 'shop');
    observe(context, 'blog', { watch: routed });
    observe(context, 'blog', { slot: 1 });
    const own = [
      { host: 'blog.localhost', pathPrefix: '/', stripPrefix: false, app: 'blog', targets: 1 },
      { host: 'example.org', pathPrefix: '/blog', stripPrefix: true, app: 'blog', targets: 1 },
    ];
    expect(listRoutes(context, ada)).toEqual(own);
    expect(listRoutes(context, root)).toEqual([
      ...own,
      { host: 'shop.localhost', pathPrefix: '/', stripPrefix: false, app: 'shop', targets: 0 },
    ]);
  });

  test('are none for an app that is known to serve no port', async () => {
    const app = await deployed(context, ada, 'worker');
    await context.ledger.write((books) => {
      const release = books.releases.get(app.id)?.get(1);
      return {
        changes: release === undefined ? [] : [{ kind: 'release.put', release: { ...release, servedPort: null } }],
        result: null,
      };
    });
    expect(listRoutes(context, ada)).toEqual([]);
    expect(showApp(context, ada, 'worker').url).toBeNull();
  });
});

describe('an app', () => {
  test('is shown with its address, its state and what is under way', async () => {
    const { operation } = await deploy(context, ada, 'blog');
    expect(showApp(context, ada, 'blog')).toMatchObject({
      url: 'http://blog.localhost:8080',
      state: 'deploying',
      release: null,
      image: 'example/app:1',
      operation: operation.id,
    });
    expect(showStatus(context, ada, 'blog')).toMatchObject({
      pendingRelease: 1,
      operation: { id: operation.id, kind: 'deploy' },
      instances: [],
    });
  });

  test('is shown with its instances, the newest release first', async () => {
    await deployed(context, ada, { name: 'blog', replicas: 2 });
    await launch(context, 'blog', 1);
    await launch(context, 'blog', 0);
    observe(context, 'blog', { release: 2 });
    expect(showInstances(context, ada, 'blog').map(({ release, slot }) => [release, slot])).toEqual([
      [2, 0],
      [1, 0],
      [1, 1],
    ]);
  });

  test('is shown as what serves, while something else is rolled out', async () => {
    await deployed(context, ada, 'blog');
    await deploy(context, ada, { name: 'blog', image: 'example/app:2' });
    expect(showApp(context, ada, 'blog')).toMatchObject({ release: 1, image: 'example/app:1' });
  });
});
