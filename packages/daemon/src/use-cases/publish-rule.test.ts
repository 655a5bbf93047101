import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actOnApp } from './act-on-app.ts';
import { deploy, deployed, promote } from './test-app.contract.ts';
import { ada, bob, openTestContext, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(() => context.close());

const at = (hostPort?: number) => [{ containerPort: 80, published: hostPort === undefined ? {} : { hostPort } }];

async function withPublishing(publishing: TestContext['policy']['publishing']): Promise<void> {
  await context.close();
  context = await openTestContext({ policy: publishing === undefined ? {} : { publishing } });
}

describe('ports of the host', () => {
  test('are given where the policy says so', async () => {
    expect(await deployed(context, ada, { name: 'web', ports: at(8080) })).toMatchObject({ lastRelease: 1 });
    expect(await deployed(context, ada, { name: 'other', ports: at(), replicas: 3 })).toMatchObject({ replicas: 3 });
  });

  test.each([
    ['a fixed one', { ports: at(8080) }],
    ['one that the engine chooses', { ports: at() }],
    ['those that the image exposes', { publishExposed: true }],
  ])('are refused by a policy that gives none: %s', async (_what, wish) => {
    const { publishing: _none, ...policy } = context.policy;
    const closed = { ...context, policy };
    await expect(deploy(closed, ada, { name: 'web', ...wish })).rejects.toMatchObject({ code: 'policy-refused' });
    expect(context.ledger.books.appIds.has('web')).toBe(false);
  });

  test('are refused below the lowest that may be fixed', async () => {
    await withPublishing({ address: '127.0.0.1', lowestHostPort: 30_000 });
    await expect(deploy(context, ada, { name: 'web', ports: at(29_999) })).rejects.toMatchObject({
      code: 'policy-refused',
      message: 'Host ports below 30000 are refused by policy.',
    });
    await deployed(context, ada, { name: 'web', ports: at(30_000) });
  });
});

describe('a fixed port of the host', () => {
  const taken = { code: 'port-taken', facts: { errors: [{ field: 'ports' }] } };

  test('is one app’s, also while that is stopped, and says nothing of whose it is', async () => {
    await deployed(context, ada, { name: 'secret-shop', ports: at(8080) });
    await actOnApp(context, ada, { name: 'secret-shop', verb: 'stop' });
    const refusal = await deploy(context, bob, { name: 'web', ports: at(8080) }).catch((error: Error) => error);
    expect(refusal).toMatchObject(taken);
    expect((refusal as Error).message).not.toContain('secret-shop');
    const udp = [{ containerPort: 80, protocol: 'udp', published: { hostPort: 8080 } } as const];
    await deployed(context, bob, { name: 'web', ports: udp });
  });

  test('is an app’s from its acceptance on, so that of two at once one gets it', async () => {
    const both = ['one', 'two'].map((name) => deploy(context, ada, { name, ports: at(8080) }));
    const fates = (await Promise.allSettled(both)).map(({ status }) => status);
    expect(fates.toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('is not given to two replicas, by a deploy or a scale', async () => {
    const two = {
      message: 'replicas: must be at most 1, because the host port 8080/tcp is fixed; leave it to the engine',
    };
    await expect(deploy(context, ada, { name: 'web', ports: at(8080), replicas: 2 })).rejects.toMatchObject(two);
    await deployed(context, ada, { name: 'web', ports: at(8080) });
    await expect(actOnApp(context, ada, { name: 'web', verb: 'scale', replicas: 2 })).rejects.toMatchObject(two);
    await actOnApp(context, ada, { name: 'web', verb: 'scale', replicas: 0 });
  });

  test('passes from release to release one after the other, by deploy, restart and rollback', async () => {
    await deployed(context, ada, { name: 'web', ports: at(8080) });
    expect((await deploy(context, ada, { name: 'web', ports: at(8080) })).app.takeover).toBe('recreate');
    await promote(context, 'web');
    expect((await actOnApp(context, ada, { name: 'web', verb: 'restart' })).app.takeover).toBe('recreate');
    await promote(context, 'web');
    expect((await actOnApp(context, ada, { name: 'web', verb: 'rollback' })).app.takeover).toBe('recreate');
  });

  test('is free again for others once the app has another', async () => {
    await deployed(context, ada, { name: 'web', ports: at(8080) });
    await deployed(context, ada, { name: 'web', ports: at(8081) });
    await deployed(context, bob, { name: 'other', ports: at(8080) });
    await expect(actOnApp(context, ada, { name: 'web', verb: 'rollback' })).rejects.toMatchObject(taken);
  });
});
