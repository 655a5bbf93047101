import { AppRequest, type AppRequestInput } from '@berth/spec/app-spec';
import type { Scope } from '@berth/spec/access';
import { Problem } from '@berth/spec/problem';
import { afterEach, describe, expect, test } from 'vitest';
import type { Actor } from '../use-cases/actor.ts';
import type { Policy } from '../use-cases/context.ts';
import { putCredential } from '../use-cases/credentials.ts';
import { deployApp } from '../use-cases/deploy-app.ts';
import { approveImage, rejectImage } from '../use-cases/decide-image-request.ts';
import {
  askForImage,
  awaitImageRequest,
  isImageUsable,
  listImageRequests,
  requestImage,
} from '../use-cases/image-requests.ts';
import { listImageLines, listImages } from '../use-cases/images.ts';
import { awaitOperation } from '../use-cases/operations.ts';
import { prune } from '../use-cases/prune.ts';
import { patchApp } from '../use-cases/patch-app.ts';
import { showRelease } from '../use-cases/releases.ts';
import { rollBackApp } from '../use-cases/roll-back-app.ts';
import { root, TestControl } from './test-control.contract.ts';

let control: TestControl;
afterEach(() => control.close());

const ownScopes: readonly Scope[] = ['read', 'deploy', 'operate'];
const ada: Actor = { user: 'ada', role: 'user', scopes: ownScopes };
const bob: Actor = { user: 'bob', role: 'user', scopes: ownScopes };
const image = 'registry.example.org/team/web:1';
const password = { username: 'pilot', password: 'harbour' };

async function start(images: Policy['images']): Promise<void> {
  control = await TestControl.start(images === undefined ? {} : { images });
  control.engine.controls.offer({ reference: image, content: 'first', exposedPorts: [8080] });
  await control.world.ledger.write(() => ({
    changes: [ada, bob].map(({ user: name, role }) => ({ kind: 'user.put', user: { name, role, createdAt: 0 } })),
    result: null,
  }));
}

async function deploy(actor: Actor, name: string, request: Partial<AppRequestInput> = {}) {
  const parsed = AppRequest.parse({ image, ...request });
  const { operation } = await deployApp(control.world, actor, { name, request: parsed });
  return awaitOperation(control.world, actor, { id: operation.id, timeoutMs: 20_000 });
}

async function digestOf(name: string, number: number): Promise<string | null> {
  return (await showRelease(control.world, root, { name, number })).digest;
}

/** Asked for by ada, approved by root, and pulled. */
async function approved(reference = image, renew = false) {
  const { id } = await askForImage(control.world, ada, { reference, renew });
  await approveImage(control.world, root, { id });
  return awaitImageRequest(control.world, root, { id, timeoutMs: 20_000 });
}

const refused = { code: 'policy-refused' };

describe('under the policy open', () => {
  test('a request is pulled at once, and nobody decides', async () => {
    await start(undefined);
    const request = await requestImage(control.world, ada, { reference: image });
    expect(request).toMatchObject({ state: 'ready', decidedBy: null, digest: expect.stringMatching(/^sha256:/) });
    expect(await isImageUsable(control.world, { engine: 'local', reference: image })).toBe(true);
  });

  test('one that cannot be pulled says why', async () => {
    await start(undefined);
    const request = await requestImage(control.world, ada, { reference: 'registry.example.org/none:1' });
    expect(request).toMatchObject({ state: 'failed', failure: expect.stringContaining('manifest unknown') });
  });

  test('one that is on the engine alone is ready as it is', async () => {
    await start(undefined);
    expect(await requestImage(control.world, ada, { reference: 'example/app:1' })).toMatchObject({
      state: 'ready',
      digest: null,
    });
  });

  test('who waits for a pull is told when the engine goes, and the pull goes on when it is back', async () => {
    await start(undefined);
    control.engine.controls.failNext('images.pull', new Problem('engine-unreachable', 'It is gone.'));
    const asking = requestImage(control.world, ada, { reference: image });
    await control.until(() => control.engine.controls.count('images.pull') === 1, 'the pull');
    control.engine.controls.setReachable(false);
    await expect(asking).rejects.toMatchObject({ code: 'engine-unreachable' });
    control.engine.controls.setReachable(true);
    await control.until(() => listImageRequests(control.world, ada)[0]?.state === 'ready', 'the image');
  });

  test('deploys go as ever', async () => {
    await start(undefined);
    expect(await deploy(ada, 'web')).toMatchObject({ state: 'succeeded' });
  });
});

describe('under the policy approval', () => {
  const approval: Policy['images'] = { mode: 'approval', allow: ['example/*'] };

  test('nothing is pulled before an administrator says so, and then it is, once for all who asked', async () => {
    await start(approval);
    const [one, other] = await Promise.all([
      askForImage(control.world, ada, { reference: image, purpose: 'a course' }),
      askForImage(control.world, bob, { reference: 'registry.example.org/team/web:1', purpose: 'a talk' }),
    ]);
    expect(one.id).toBe(other.id);
    expect(control.engine.controls.count('images.pull')).toBe(0);
    await approveImage(control.world, root, { id: one.id, reason: 'looked at' });
    const request = await awaitImageRequest(control.world, bob, { id: one.id, timeoutMs: 20_000 });
    expect(request).toMatchObject({ state: 'ready', decidedBy: 'root', reason: 'looked at' });
    expect(request.askers.map(({ user, purpose }) => [user, purpose])).toEqual([
      ['ada', 'a course'],
      ['bob', 'a talk'],
    ]);
    expect(listImageRequests(control.world, ada)[0]?.askers.map(({ user }) => user)).toEqual(['ada']);
    expect(control.engine.controls.count('images.pull')).toBe(1);
  });

  test('no path makes a release of what is not approved, for administrators neither', async () => {
    await start(approval);
    await deploy(ada, 'app', { image: 'example/app:1' });
    await expect(deploy(ada, 'web')).rejects.toMatchObject(refused);
    await expect(deploy(root, 'web')).rejects.toMatchObject(refused);
    await expect(patchApp(control.world, ada, { name: 'app', patch: { image } })).rejects.toMatchObject(refused);
    const { id } = await askForImage(control.world, ada, { reference: image });
    await expect(deploy(ada, 'web')).rejects.toMatchObject({ facts: { request: id } });
    expect(await isImageUsable(control.world, { engine: 'local', reference: image })).toBe(false);
  });

  test('deploys use what was approved, whatever its name means later, until that is approved in turn', async () => {
    await start(approval);
    const first = await approved();
    control.engine.controls.offer({ reference: image, content: 'second', exposedPorts: [8080] });
    await control.engine.images.pull(image, {});
    await deploy(ada, 'web', { pull: 'always' });
    expect(await digestOf('web', 1)).toBe(`registry.example.org/team/web@${first.digest}`);
    expect((await askForImage(control.world, ada, { reference: image })).id).toBe(first.id);
    const second = await approved(image, true);
    expect(second.digest).not.toBe(first.digest);
    await deploy(ada, 'web');
    expect(await digestOf('web', 2)).toBe(`registry.example.org/team/web@${second.digest}`);
    expect(listImageRequests(control.world, root).map(({ state }) => state)).toEqual(['ready', 'superseded']);
    const { operation } = await rollBackApp(control.world, ada, { name: 'web', release: 1 });
    await awaitOperation(control.world, ada, { id: operation.id, timeoutMs: 20_000 });
    expect(await digestOf('web', 3)).toBe(`registry.example.org/team/web@${first.digest}`);
  });

  test('what was approved may be named by its digest', async () => {
    await start(approval);
    const { digest } = await approved();
    expect(await deploy(ada, 'web', { image: `registry.example.org/team/web@${digest}` })).toMatchObject({
      state: 'succeeded',
    });
    const other = `sha256:${'0'.repeat(64)}`;
    await expect(deploy(ada, 'web', { image: `registry.example.org/team/web@${other}` })).rejects.toMatchObject(
      refused,
    );
  });

  test('a rejection says why, and ends what an approval gave', async () => {
    await start(approval);
    const { id } = await approved();
    await deploy(ada, 'web');
    await rejectImage(control.world, root, { id, reason: 'a hole was found' });
    await expect(deploy(ada, 'web')).rejects.toThrow('a hole was found');
    await deploy(ada, 'web', { image: 'example/app:1' });
    await expect(rollBackApp(control.world, ada, { name: 'web' })).rejects.toMatchObject(refused);
  });

  test('only administrators decide, and only who asked may see', async () => {
    await start(approval);
    const { id } = await askForImage(control.world, ada, { reference: image });
    expect(() => approveImage(control.world, ada, { id })).toThrow(
      expect.objectContaining({ code: 'forbidden' }) as Error,
    );
    expect(() => rejectImage(control.world, ada, { id })).toThrow(
      expect.objectContaining({ code: 'forbidden' }) as Error,
    );
    expect(listImageRequests(control.world, bob)).toEqual([]);
    await expect(awaitImageRequest(control.world, bob, { id })).rejects.toMatchObject({
      code: 'image-request-not-found',
    });
  });

  test('what was approved and is gone from the engine comes back as it was', async () => {
    await start(approval);
    const { id, digest, imageId } = await approved();
    control.engine.controls.offer({ reference: image, content: 'second' });
    await control.engine.images.remove(image);
    await control.engine.images.remove(imageId ?? '').catch(() => {});
    expect(await isImageUsable(control.world, { engine: 'local', reference: image })).toBe(false);
    const again = await requestImage(control.world, bob, { reference: image });
    expect(again).toMatchObject({ id, state: 'ready', digest });
    expect(await isImageUsable(control.world, { engine: 'local', reference: image })).toBe(true);
  });

  test('a pull that failed can be approved again', async () => {
    await start(approval);
    control.engine.controls.setRegistryDown('registry.example.org', true);
    const failed = await approved();
    expect(failed).toMatchObject({ state: 'failed', failure: expect.stringContaining('connection refused') });
    control.engine.controls.setRegistryDown('registry.example.org', false);
    await approveImage(control.world, root, { id: failed.id });
    expect(await awaitImageRequest(control.world, ada, { id: failed.id })).toMatchObject({ state: 'ready' });
  });

  test('an approval survives a restart in the middle of its pull', async () => {
    await start(approval);
    const { id } = await askForImage(control.world, ada, { reference: image });
    control.engine.controls.failNext('images.pull', new Problem('engine-unreachable', 'It is gone.'));
    await approveImage(control.world, root, { id });
    await control.until(() => control.engine.controls.count('images.pull') === 1, 'the pull');
    await control.restart();
    expect(await awaitImageRequest(control.world, root, { id, timeoutMs: 20_000 })).toMatchObject({ state: 'ready' });
  });
});

test('under the policy deny nothing but what is allowed is deployed or asked for', async () => {
  await start({ mode: 'deny', allow: ['registry.example.org/team/*'] });
  expect(await deploy(ada, 'web')).toMatchObject({ state: 'succeeded' });
  await expect(deploy(root, 'app', { image: 'example/app:1' })).rejects.toMatchObject(refused);
  await expect(askForImage(control.world, ada, { reference: 'example/app:1' })).rejects.toMatchObject(refused);
});

test.each([
  ['the id of an image', `sha256:${'0'.repeat(64)}`],
  ['nonsense', '../etc/passwd'],
  ['nothing', ''],
  ['a very long name', 'a'.repeat(600)],
])('%s is no image to ask for', async (_what, reference) => {
  await start(undefined);
  await expect(askForImage(control.world, ada, { reference })).rejects.toMatchObject({ code: 'validation-failed' });
  expect(await isImageUsable(control.world, { engine: 'local', reference })).toBe(false);
});

describe('an image that came by a credential', () => {
  const secret = 'registry.example.org/secret/web:1';

  async function startGuarded(): Promise<void> {
    await start(undefined);
    control.engine.controls.offer({ reference: secret, credential: password, exposedPorts: [8080] });
    const request = { registry: 'registry.example.org', ...password };
    await putCredential(control.world, ada, { name: 'team', request });
    await deploy(ada, 'hers', { image: secret, registryCredential: 'team' });
  }

  test('is not given to another owner by being there', async () => {
    await startGuarded();
    expect(await deploy(bob, 'his', { image: secret, pull: 'missing' })).toMatchObject({
      state: 'failed',
      problem: { code: 'image-refused' },
    });
    expect(await deploy(bob, 'his', { image: secret, pull: 'never' })).toMatchObject({
      state: 'failed',
      problem: { code: 'image-refused' },
    });
    const { digests } = await control.engine.images.inspect(secret);
    expect(await deploy(bob, 'his', { image: digests[0] ?? '' })).toMatchObject({ state: 'failed' });
    expect(await isImageUsable(control.world, { engine: 'local', reference: secret, owner: 'bob' })).toBe(false);
    expect(await isImageUsable(control.world, { engine: 'local', reference: secret, owner: 'ada' })).toBe(true);
  });

  test('stays with its owner while the registry is away', async () => {
    await startGuarded();
    control.engine.controls.setRegistryDown('registry.example.org', true);
    expect(await deploy(ada, 'again', { image: secret })).toMatchObject({ state: 'succeeded' });
  });

  test('is given to whoever the registry gives it to', async () => {
    await startGuarded();
    await putCredential(control.world, bob, {
      name: 'own',
      request: { registry: 'registry.example.org', ...password },
    });
    expect(await deploy(bob, 'his', { image: secret, registryCredential: 'own' })).toMatchObject({
      state: 'succeeded',
    });
    expect(await deploy(bob, 'other', { image: secret, pull: 'never' })).toMatchObject({ state: 'succeeded' });
  });

  test('is for everybody where it needed none', async () => {
    await startGuarded();
    await deploy(ada, 'open', { image, registryCredential: 'team' });
    expect(await deploy(bob, 'his')).toMatchObject({ state: 'succeeded' });
    control.engine.controls.setRegistryDown('registry.example.org', true);
    expect(await deploy(root, 'third')).toMatchObject({ state: 'succeeded' });
  });

  test('is for everybody where an administrator approved it with a credential given for that', async () => {
    await start({ mode: 'approval', allow: [] });
    control.engine.controls.offer({ reference: secret, credential: password, exposedPorts: [8080] });
    await putCredential(control.world, root, {
      name: 'site',
      request: { registry: 'registry.example.org', ...password },
    });
    const { id } = await askForImage(control.world, ada, { reference: secret });
    await approveImage(control.world, root, { id, registryCredential: 'site' });
    expect(await awaitImageRequest(control.world, ada, { id })).toMatchObject({ state: 'ready' });
    expect(await deploy(bob, 'his', { image: secret })).toMatchObject({ state: 'succeeded' });
  });
});

test('apps are counted by the name that their spec has for the image', async () => {
  await start(undefined);
  await control.engine.images.tag('example/app:1', 'example/app:one');
  await deploy(ada, 'a', { image: 'example/app:1' });
  await deploy(bob, 'b', { image: 'docker.io/example/app:1' });
  await deploy(ada, 'c', { image: 'example/app:one' });
  const [seen] = await listImages(control.world, root).then((images) => images.filter(({ apps }) => apps.length > 0));
  expect(seen).toMatchObject({
    apps: ['a', 'b', 'c'],
    usage: [
      { reference: 'example/app:1', apps: 2 },
      { reference: 'example/app:one', apps: 1 },
    ],
  });
  const lines = await listImageLines(control.world, root, 'local');
  expect(lines.map(({ repository, tag, apps }) => [repository, tag, apps])).toEqual([
    ['example/app', '1', 2],
    ['example/app', 'one', 1],
    ['example/app', '2', 0],
  ]);
});

test('what nobody decided on is dropped in time, and what somebody did is kept', async () => {
  await start({ mode: 'approval', allow: ['registry.example.org/free/*'] });
  await requestImage(control.world, ada, { reference: 'registry.example.org/free/none:1' });
  await approved('registry.example.org/team/none:1');
  const retention = { eventDays: 1, operationDays: -1, releasesPerApp: 2, uptimeExactDays: 1 };
  await prune(control.world, retention);
  expect(listImageRequests(control.world, root)).toMatchObject([{ state: 'failed', decidedBy: 'root' }]);
});
