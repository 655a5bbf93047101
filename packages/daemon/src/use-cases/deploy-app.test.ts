import { AppRequest, type AppRequestInput } from '@berth/spec/app-spec';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Deployment, deployApp } from './deploy-app.ts';
import { abandon, appOf, deploy, deployed } from './test-app.contract.ts';
import { ada, openTestContext, root, setConnected, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(() => context.close());

const ask = (rest: Partial<Omit<Deployment, 'request'>>, request: Partial<AppRequestInput> = {}) =>
  deployApp(context, ada, { name: 'blog', request: AppRequest.parse({ image: 'example/app:1', ...request }), ...rest });

describe('a deploy', () => {
  test('of a new name makes an app, a release that is pending, and an operation', async () => {
    const { app, operation, created } = await deploy(context, ada, { name: 'blog', replicas: 2, env: { A: '1' } });
    expect(created).toBe(true);
    expect(app).toMatchObject({
      name: 'blog',
      owner: 'ada',
      engine: 'local',
      desired: 'running',
      replicas: 2,
      version: 1,
      serving: null,
      target: { release: 1, generation: 1 },
    });
    expect(operation).toMatchObject({ kind: 'deploy', revision: { release: 1, generation: 1 } });
    expect(await context.store.findRelease(app.id, 1)).toMatchObject({
      state: 'pending',
      spec: { image: 'example/app:1', env: { A: '1' } },
      createdBy: 'ada',
    });
  });

  test('of an equal spec is a deploy all the same', async () => {
    await deployed(context, ada, 'blog');
    const { app, created } = await deploy(context, ada, 'blog');
    expect([created, app.target]).toEqual([false, { release: 2, generation: 2 }]);
  });

  test('keeps replicas and domains that it does not name', async () => {
    await deployed(context, ada, { name: 'blog', replicas: 3, domains: [{ host: 'blog.example.org' }] });
    expect((await deploy(context, ada, 'blog')).app).toMatchObject({
      replicas: 3,
      domains: [{ host: 'blog.example.org' }],
    });
    await abandon(context, 'blog');
    expect((await deploy(context, ada, { name: 'blog', replicas: 0, domains: [] })).app).toMatchObject({
      replicas: 0,
      domains: [],
    });
  });

  test('may leave the app stopped', async () => {
    expect((await deploy(context, ada, { name: 'blog', started: false })).app.desired).toBe('stopped');
  });

  test.each(['', 'Blog', 'a/b', '../x', 'a'.repeat(51), '-a', 'a\n', 'ä'])(
    'to the name %j is refused',
    async (name) => {
      await expect(ask({ name })).rejects.toMatchObject({
        code: 'validation-failed',
        message: expect.stringMatching(/^name: /) as string,
      });
    },
  );

  test.each<[string, Partial<AppRequestInput>, string]>([
    ['an engine', { engine: 'nowhere' }, 'engine'],
    ['a credential', { registryCredential: 'none' }, 'registryCredential'],
  ])('with %s that is not there is refused', async (_, request, field) => {
    await expect(ask({}, request)).rejects.toMatchObject({ facts: { errors: [{ field }] } });
  });

  test('for an owner who is not there is refused', async () => {
    await expect(deploy(context, root, { name: 'blog', owner: 'nobody' })).rejects.toMatchObject({
      facts: { errors: [{ field: 'owner' }] },
    });
  });

  test('cannot move an app to another owner or engine', async () => {
    await deployed(context, root, { name: 'blog', owner: 'ada' });
    await expect(deploy(context, root, { name: 'blog', owner: 'bob' })).rejects.toMatchObject({
      facts: { errors: [{ field: 'owner' }] },
    });
    await expect(deploy(context, root, { name: 'blog', engine: 'other' })).rejects.toMatchObject({
      facts: { errors: [{ field: 'engine' }] },
    });
    expect((await deploy(context, root, { name: 'blog', owner: 'ada', engine: 'local' })).app.owner).toBe('ada');
  });

  test('can be for a new app only, or for one that is as it was read', async () => {
    await expect(ask({ ifMatch: [1] })).rejects.toMatchObject({ code: 'precondition-failed' });
    const { version } = await deployed(context, ada, 'blog');
    await expect(ask({ onlyNew: true })).rejects.toMatchObject({ code: 'name-taken' });
    await expect(ask({ ifMatch: [version + 1] })).rejects.toMatchObject({ code: 'precondition-failed' });
    expect(await ask({ ifMatch: [version + 7, version] })).toMatchObject({ created: false });
  });

  test('as a dry run checks everything and writes nothing', async () => {
    expect(await ask({ dryRun: true })).toMatchObject({ created: true, app: { version: 1 } });
    await expect(ask({ dryRun: true }, { engine: 'nowhere' })).rejects.toMatchObject({ code: 'validation-failed' });
    expect(context.ledger.books.apps.size).toBe(0);
    expect((await context.store.load()).lastEventId).toBe(0);
  });

  test('is refused while the engine does not answer', async () => {
    setConnected(context, 'local', false);
    await expect(ask({})).rejects.toMatchObject({
      code: 'engine-unreachable',
      message: expect.stringContaining('It is being restarted.') as string,
    });
  });

  test('is refused during another roll-out, which goes on', async () => {
    const { operation } = await deploy(context, ada, 'blog');
    await expect(ask({})).rejects.toMatchObject({ code: 'operation-in-progress', facts: { operation: operation.id } });
    expect(context.ledger.books.operations.get(appOf(context, 'blog').id)?.id).toBe(operation.id);
  });
});

describe('a privilege', () => {
  const privileges = { hostNetwork: true, devices: ['/dev/fuse'] };

  test('is refused unless the policy names each one', async () => {
    await expect(deploy(context, root, { name: 'blog', privileges })).rejects.toMatchObject({
      code: 'policy-refused',
      facts: { errors: [{ field: 'privileges.hostNetwork' }] },
    });
  });

  test('is given by administrators only', async () => {
    await context.close();
    context = await openTestContext({ policy: { allowedPrivileges: ['hostNetwork', 'devices'] } });
    await expect(deploy(context, ada, { name: 'blog', privileges })).rejects.toMatchObject({ code: 'policy-refused' });
    await expect(deploy(context, { ...root, scopes: ada.scopes }, { name: 'blog', privileges })).rejects.toMatchObject({
      code: 'policy-refused',
    });
    expect(await deploy(context, root, { name: 'blog', owner: 'ada', privileges })).toMatchObject({ created: true });
  });

  test('that is asked for with “no” is not asked for', async () => {
    expect(
      await deploy(context, ada, { name: 'blog', privileges: { privileged: false, hostMounts: [], capabilities: [] } }),
    ).toMatchObject({ created: true });
  });
});
