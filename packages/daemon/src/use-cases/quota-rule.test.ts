import type { QuotaRequest } from '@berth/spec/quota';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noQuota } from '../core/quota.ts';
import { actOnApp } from './act-on-app.ts';
import type { Actor } from './actor.ts';
import { addDomain } from './domains.ts';
import { patchApp } from './patch-app.ts';
import { removeApp } from './remove-app.ts';
import { rollBackApp } from './roll-back-app.ts';
import { appOf, deploy, deployed, settle } from './test-app.contract.ts';
import { ada, bob, openTestContext, root, type TestContext } from './test-context.contract.ts';
import { putUser, removeUser, showUser } from './users.ts';

const mebibyte = 1024 ** 2;

let context: TestContext;
beforeEach(async () => {
  const perUser = { ...noQuota, apps: 3 };
  context = await openTestContext({ policy: { quotas: { perUser, appCpus: 1, appMemoryBytes: 64 * mebibyte } } });
});
afterEach(() => context.close());

const give = (quota: QuotaRequest | null, name = 'ada') => putUser(context, root, { name, quota });
const useOf = (name: string) => showUser(context, root, name).use;
const exceeded = (kind: string, detail: string) => ({
  code: 'quota-exceeded',
  message: expect.stringContaining(detail) as string,
  facts: { errors: [{ field: kind }] },
});
const act = (verb: 'start' | 'stop' | 'restart', name: string, actor: Actor = ada) =>
  actOnApp(context, actor, { name, verb });
const domain = (host: string) => ({ host, pathPrefix: '/', stripPrefix: false });

async function stopped(name: string): Promise<void> {
  await act('stop', name);
  await settle(context, name);
}

describe('a quota', () => {
  test('is what the settings say, until a user is given another', async () => {
    expect(showUser(context, ada, 'ada').quota).toEqual({ ...noQuota, apps: 3 });
    await give({ apps: 1, cpus: 2 });
    expect(showUser(context, ada, 'ada').quota).toEqual({ ...noQuota, apps: 1, cpus: 2 });
    await give({ apps: null });
    expect(showUser(context, ada, 'ada').quota).toEqual(noQuota);
    await give({});
    expect(showUser(context, ada, 'ada').quota).toMatchObject({ apps: 3 });
    await give(null);
    expect(showUser(context, ada, 'ada').quota).toEqual(noQuota);
  });

  test('is an administrator’s to give, and each user’s own to read', async () => {
    await expect(putUser(context, ada, { name: 'ada', quota: null })).rejects.toMatchObject({ code: 'forbidden' });
    expect(() => showUser(context, bob, 'ada')).toThrow(expect.objectContaining({ code: 'user-not-found' }));
    expect(() => showUser(context, root, 'none')).toThrow(expect.objectContaining({ code: 'user-not-found' }));
  });

  test('leaves the role as it is, and goes with the user', async () => {
    await putUser(context, root, { name: 'eve', role: 'admin' });
    await give({ apps: 0 }, 'eve');
    expect(showUser(context, root, 'eve')).toMatchObject({ role: 'admin', quota: { apps: 0 } });
    await removeUser(context, root, 'eve');
    await putUser(context, root, { name: 'eve' });
    expect(showUser(context, root, 'eve')).toMatchObject({ role: 'user', quota: { apps: 3 } });
  });

  test('outlives a restart', async () => {
    await give({ memoryBytes: 5 });
    await context.store.close();
    const again = await context.reopen();
    expect(showUser(again, ada, 'ada').quota.memoryBytes).toBe(5);
    await again.store.close();
  });

  test('counts for whoever owns the app, also where an administrator asks, and for administrators themselves', async () => {
    await give({ apps: 0 });
    const refusal = exceeded('apps', '"ada" may have 0 apps, has 0 and would have 1. Remove one, or ask');
    await expect(deploy(context, ada, 'one')).rejects.toMatchObject(refusal);
    await expect(deploy(context, root, { name: 'one', owner: 'ada' })).rejects.toMatchObject(refusal);
    await give({ apps: 0 }, 'root');
    await expect(deploy(context, root, 'one')).rejects.toMatchObject(exceeded('apps', '"root"'));
    await give(null, 'root');
    await deploy(context, root, 'one');
  });
});

describe('apps', () => {
  test('of one user are so many, however many are asked for at once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const all = await Promise.allSettled(names.map((name) => deploy(context, ada, name)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(useOf('ada').apps).toBe(3);
    await deploy(context, bob, 'other');
  });

  test('are counted while they are stopped, and no more once they are being removed', async () => {
    for (const name of ['a', 'b', 'c']) await deployed(context, ada, name);
    await stopped('a');
    await expect(deploy(context, ada, 'd')).rejects.toMatchObject(exceeded('apps', 'would have 4'));
    await removeApp(context, ada, { name: 'a', volumes: [] });
    await deploy(context, ada, 'd');
  });

  test('are redeployed where the quota is full, and where it was lowered below what is there', async () => {
    for (const name of ['a', 'b', 'c']) await deployed(context, ada, name);
    await deployed(context, ada, 'a');
    await give({ apps: 1, replicas: 0 });
    await deployed(context, ada, 'a');
    await stopped('a');
    await expect(act('start', 'a')).rejects.toMatchObject(exceeded('replicas', 'may have 0 instances, has 2'));
  });
});

describe('instances, processors and memory', () => {
  beforeEach(() => give({ replicas: 4, cpus: 2, memoryBytes: 400 * mebibyte }).then(() => undefined));

  test('are counted of what is to run, whatever asks for it', async () => {
    await deployed(context, ada, { name: 'a', replicas: 2, cpus: 0.5, memoryBytes: 100 * mebibyte });
    expect(useOf('ada')).toEqual({ apps: 1, replicas: 2, cpus: 1, memoryBytes: 200 * mebibyte, domains: 0 });
    await expect(deploy(context, ada, { name: 'b', replicas: 3, cpus: 0.01 })).rejects.toMatchObject(
      exceeded('replicas', 'may have 4 instances, has 2 and would have 5'),
    );
    await expect(deploy(context, ada, { name: 'b', cpus: 1.5 })).rejects.toMatchObject(
      exceeded('cpus', 'may have 2 processors, has 1 and would have 2.5'),
    );
    await expect(deploy(context, ada, { name: 'b', memoryBytes: 201 * mebibyte })).rejects.toMatchObject(
      exceeded('memoryBytes', 'may have 400 MiB of memory, has 200 and would have 401'),
    );
    await expect(actOnApp(context, ada, { name: 'a', verb: 'scale', replicas: 5 })).rejects.toMatchObject(
      exceeded('replicas', 'would have 5'),
    );
    await expect(patchApp(context, ada, { name: 'a', patch: { replicas: 5 } })).rejects.toMatchObject(
      exceeded('replicas', 'would have 5'),
    );
    await expect(patchApp(context, ada, { name: 'a', patch: { cpus: 2 } })).rejects.toMatchObject(
      exceeded('cpus', 'would have 4'),
    );
  });

  test('are free again while an app is stopped, which then can start only where there is room', async () => {
    await deployed(context, ada, { name: 'a', cpus: 2 });
    await stopped('a');
    expect(useOf('ada')).toMatchObject({ apps: 1, replicas: 0, cpus: 0, memoryBytes: 0 });
    await deployed(context, ada, { name: 'b', cpus: 1 });
    for (const verb of ['start', 'restart'] as const)
      await expect(act(verb, 'a')).rejects.toMatchObject(exceeded('cpus', 'has 1 and would have 3'));
    await stopped('b');
    await act('start', 'a');
  });

  test('count in a rollback too', async () => {
    await deployed(context, ada, { name: 'a', memoryBytes: 300 * mebibyte });
    await deployed(context, ada, { name: 'a', memoryBytes: 50 * mebibyte });
    await deployed(context, ada, { name: 'b', memoryBytes: 200 * mebibyte });
    await expect(rollBackApp(context, ada, { name: 'a' })).rejects.toMatchObject(
      exceeded('memoryBytes', 'has 250 and would have 500'),
    );
  });

  test('are limited for an app that names no limits, which else could take all', async () => {
    await deployed(context, ada, 'a');
    expect(showRelease('a')?.spec).toMatchObject({ cpus: 1, memoryBytes: 64 * mebibyte });
    await deployed(context, ada, { name: 'b', memoryReservationBytes: 100 * mebibyte });
    expect(showRelease('b')?.spec).toMatchObject({ memoryBytes: 100 * mebibyte });
    await deployed(context, bob, 'c');
    expect(showRelease('c')?.spec.memoryBytes).toBeUndefined();
  });

  test('of tenths add up to what they are', async () => {
    await give({ cpus: 0.3 });
    for (const name of ['a', 'b', 'c']) await deployed(context, ada, { name, cpus: 0.1 });
    expect(useOf('ada').cpus).toBe(0.3);
  });

  const showRelease = (name: string) => {
    const app = appOf(context, name);
    return context.ledger.books.releases.get(app.id)?.get(app.lastRelease);
  };
});

describe('domains', () => {
  beforeEach(async () => {
    await give({ domains: 2 });
    for (const name of ['a', 'b']) await deployed(context, ada, name);
    await deployed(context, bob, 'c');
  });

  test('are so many over all apps, by whatever way they come', async () => {
    await addDomain(context, ada, { name: 'a', domain: domain('one.example.org') });
    await addDomain(context, ada, { name: 'b', domain: domain('two.example.org') });
    const third = domain('three.example.org');
    const refusal = exceeded('domains', 'may have 2 domains, has 2 and would have 3');
    await expect(addDomain(context, ada, { name: 'b', domain: third })).rejects.toMatchObject(refusal);
    await expect(
      patchApp(context, ada, { name: 'b', patch: { domains: [third, domain('four.example.org')] } }),
    ).rejects.toMatchObject(refusal);
    await addDomain(context, bob, { name: 'c', domain: third });
  });

  test('move between a user’s own apps where the quota is full, and to another user only where there is room', async () => {
    await addDomain(context, ada, { name: 'a', domain: domain('one.example.org') });
    await addDomain(context, ada, { name: 'a', domain: domain('two.example.org') });
    await addDomain(context, ada, { name: 'b', domain: domain('two.example.org'), force: true });
    await addDomain(context, root, { name: 'c', domain: domain('one.example.org'), force: true });
    await give({ domains: 0 }, 'bob');
    const more = { name: 'c', domain: domain('two.example.org'), force: true };
    await expect(addDomain(context, root, more)).rejects.toMatchObject(exceeded('domains', '"bob" may have 0'));
    expect(appOf(context, 'b').domains).toHaveLength(1);
  });
});
