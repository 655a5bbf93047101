import type { AppRequestInput } from '@berth/spec/app-spec';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../core/merge-patch.ts';
import { actOnApp } from './act-on-app.ts';
import { patchApp } from './patch-app.ts';
import { showRelease } from './releases.ts';
import { abandon, appOf, deploy, deployed, settle } from './test-app.contract.ts';
import { ada, openTestContext, root, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(() => context.close());

const patch = (change: JsonObject, rest: { ifMatch?: number[]; dryRun?: boolean } = {}) =>
  patchApp(context, ada, { name: 'blog', patch: change, ...rest });
const request: Partial<AppRequestInput> = {
  env: { A: '1', B: '2' },
  memoryBytes: 64 * 2 ** 20,
  ports: [{ containerPort: 80 }],
  replicas: 2,
  domains: [{ host: 'blog.example.org' }],
};

describe('a patch of how visitors are brought to the app', () => {
  beforeEach(() => deployed(context, ada, { name: 'blog', route: { sticky: true } }));

  test('makes no release', async () => {
    const { app, operation } = await patch({ route: { limits: { bodyBytes: 1000 } } });
    expect(operation).toMatchObject({ kind: 'route', revision: null });
    expect(app).toMatchObject({ route: { sticky: true, limits: { bodyBytes: 1000 } }, target: null, lastRelease: 1 });
  });

  test('takes away what it says null for, also beside a change of the spec', async () => {
    expect((await patch({ route: { sticky: null } })).app.route).toEqual({});
    await settle(context, 'blog');
    await patch({ route: { sticky: true } });
    expect((await patch({ route: null, image: 'example/app:2' })).app).toMatchObject({ route: {}, lastRelease: 2 });
  });

  test('that says what is so already changes nothing', async () => {
    expect((await patch({ route: { sticky: true } })).operation).toMatchObject({ state: 'succeeded' });
  });

  test('is not lost by a deploy that says nothing of it', async () => {
    const { app } = await deploy(context, ada, 'blog');
    expect(app.route).toEqual({ sticky: true });
  });

  test('of what the port speaks is a release, so that instances and protocol change together', async () => {
    expect((await patch({ protocol: 'h2c' })).operation).toMatchObject({ kind: 'deploy', revision: { release: 2 } });
  });

  test('is refused where it makes no sense', async () => {
    const refusal = { facts: { errors: [{ field: 'route.limits.bodyBytes' }] } };
    await expect(patch({ route: { limits: { bodyBytes: -1 } } })).rejects.toMatchObject(refusal);
  });
});

describe('a patch of the spec', () => {
  beforeEach(() => deployed(context, ada, { name: 'blog', ...request }));

  test('deploys what was, changed where it says so', async () => {
    const { app, operation } = await patch({ env: { B: null, C: '3' }, memoryBytes: null, image: 'example/app:2' });
    expect(operation).toMatchObject({ kind: 'deploy', revision: { release: 2 } });
    expect(app).toMatchObject({ replicas: 2, domains: [{ host: 'blog.example.org' }] });
    const { spec } = await showRelease(context, ada, { name: 'blog', number: 2 });
    const { spec: before } = await showRelease(context, ada, { name: 'blog', number: 1 });
    const { memoryBytes: _gone, ...rest } = before;
    expect(spec).toEqual({ ...rest, image: 'example/app:2', env: { A: '1', C: '3' } });
  });

  test('and of replicas and domains at once is one deploy', async () => {
    const { app } = await patch({ env: { C: '3' }, replicas: 5, domains: [] });
    expect(app).toMatchObject({ target: { release: 2 }, replicas: 5, domains: [] });
  });

  test('lets a stopped app be stopped', async () => {
    await actOnApp(context, ada, { name: 'blog', verb: 'stop' });
    expect((await patch({ env: { C: '3' } })).app).toMatchObject({ desired: 'stopped', target: { release: 2 } });
  });

  test('is refused while another roll-out is under way', async () => {
    await patch({ env: { C: '3' } });
    await expect(patch({ env: { D: '4' } })).rejects.toMatchObject({ code: 'operation-in-progress' });
  });

  test.each<[string, JsonObject, string]>([
    ['an unknown field', { imgae: 'x' }, 'imgae'],
    ['a needed field that is taken away', { image: null }, 'image'],
    ['a value out of range, deep inside', { ports: [{ containerPort: 99_999 }] }, 'ports[0].containerPort'],
    ['a value of another type', { health: { path: 7 } }, 'health.path'],
    ['too many replicas', { replicas: 100_000 }, 'replicas'],
    ['a domain that is another app’s own', { domains: [{ host: 'shop.localhost' }] }, 'domains[0]'],
    ['another owner', { owner: 'bob' }, 'owner'],
    ['another engine', { engine: 'other' }, 'engine'],
    ['another engine beside a changed spec', { engine: 'other', env: {}, image: 'a:2' }, 'engine'],
    ['a name that would reach into objects', JSON.parse('{"__proto__": {"image": "x"}}') as JsonObject, '__proto__'],
  ])('with %s is refused and names it', async (_, change, field) => {
    const before = appOf(context, 'blog');
    await expect(patch(change)).rejects.toMatchObject({ code: 'validation-failed', facts: { errors: [{ field }] } });
    expect(appOf(context, 'blog')).toBe(before);
  });

  test('is checked as a deploy is: no credential that is not there, no privilege, no taken domain', async () => {
    await deployed(context, ada, { name: 'shop', domains: [{ host: 'shop.example.org' }] });
    await expect(patch({ registryCredential: 'hub' })).rejects.toMatchObject({
      facts: { errors: [{ field: 'registryCredential' }] },
    });
    await expect(patch({ privileges: { privileged: true } })).rejects.toMatchObject({ code: 'policy-refused' });
    await expect(patch({ domains: [{ host: 'shop.example.org' }] })).rejects.toMatchObject({ code: 'domain-taken' });
  });
});

describe('a patch that leaves the spec alone', () => {
  beforeEach(() => deployed(context, ada, { name: 'blog', ...request }));

  test.each<[string, JsonObject, object]>([
    ['replicas', { replicas: 4 }, { kind: 'scale', replicas: 4, desired: 'running' }],
    ['domains', { domains: [] }, { kind: 'domains', replicas: 2, domains: [] }],
    ['both', { replicas: 4, domains: [] }, { kind: 'scale', replicas: 4, domains: [] }],
    ['started', { started: false }, { kind: 'stop', desired: 'stopped' }],
    ['started and replicas', { started: false, replicas: 1 }, { kind: 'stop', desired: 'stopped', replicas: 1 }],
  ])('changes %s without a release', async (_, change, outcome) => {
    const { app, operation } = await patch(change);
    expect({ ...app, kind: operation.kind }).toMatchObject({ ...outcome, target: null, lastRelease: 1 });
  });

  test('starts what was stopped', async () => {
    await patch({ started: false });
    await settle(context, 'blog');
    expect((await patch({ started: true })).app.desired).toBe('running');
  });

  test.each<[string, JsonObject]>([
    ['is empty', {}],
    [
      'says what is so already',
      { replicas: 2, image: 'example/app:1', env: { B: '2' }, domains: [{ host: 'blog.example.org' }] },
    ],
    ['gives a default by name', { pidsLimit: 1024, domains: [{ host: 'blog.example.org', pathPrefix: '/' }] }],
    ['takes away what is not there', { cpus: null, env: { Z: null } }],
    ['names owner and engine as they are', { owner: 'ada', engine: 'local' }],
  ])('and %s has succeeded at once', async (_, change) => {
    const before = appOf(context, 'blog');
    expect((await patch(change)).operation).toMatchObject({ state: 'succeeded' });
    expect(appOf(context, 'blog')).toBe(before);
  });
});

describe('a patch', () => {
  test('starts from the newest wish of an app that never came up', async () => {
    await deploy(context, ada, { name: 'blog', env: { A: '1' } });
    await abandon(context, 'blog');
    await patch({ image: 'example/app:fixed' });
    expect((await showRelease(context, ada, { name: 'blog', number: 2 })).spec).toMatchObject({
      image: 'example/app:fixed',
      env: { A: '1' },
    });
  });

  test('starts from a first release that was stopped before it took traffic', async () => {
    await deploy(context, ada, { name: 'blog', env: { A: '1' } });
    await patch({ started: false });
    await patch({ env: { B: '2' } });
    expect((await showRelease(context, ada, { name: 'blog', number: 2 })).spec.env).toEqual({ A: '1', B: '2' });
  });

  test('starts from what serves, when a newer release failed', async () => {
    await deployed(context, ada, { name: 'blog', env: { A: '1' } });
    await deploy(context, ada, { name: 'blog', env: { A: 'broken' } });
    await abandon(context, 'blog');
    await patch({ env: { B: '2' } });
    expect((await showRelease(context, ada, { name: 'blog', number: 3 })).spec.env).toEqual({ A: '1', B: '2' });
  });

  test('is refused when the app has changed since it was read', async () => {
    const { version } = await deployed(context, ada, 'blog');
    await patch({ replicas: 3 }, { ifMatch: [version] });
    await expect(patch({ replicas: 4 }, { ifMatch: [version] })).rejects.toMatchObject({ code: 'precondition-failed' });
  });

  test('two at once lose nothing of each other', async () => {
    await deployed(context, ada, 'blog');
    await Promise.all([patch({ replicas: 3 }), patch({ domains: [{ host: 'blog.example.org' }] })]);
    expect(appOf(context, 'blog')).toMatchObject({ replicas: 3, domains: [{ host: 'blog.example.org' }] });
  });

  test('as a dry run says what would be and changes nothing', async () => {
    await deployed(context, ada, 'blog');
    const before = structuredClone(context.ledger.books);
    expect((await patch({ image: 'example/app:2' }, { dryRun: true })).app.target).toMatchObject({ release: 2 });
    expect((await patch({ replicas: 9 }, { dryRun: true })).app.replicas).toBe(9);
    expect(context.ledger.books).toEqual(before);
  });

  test('of an app that is not there is refused', async () => {
    await expect(patch({})).rejects.toMatchObject({ code: 'app-not-found' });
    await expect(patchApp(context, root, { name: '../x', patch: {} })).rejects.toMatchObject({ code: 'app-not-found' });
  });
});
