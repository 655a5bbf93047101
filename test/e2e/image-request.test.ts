import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineDisk, ImagePrune } from '@berth/spec/engine-disk';
import type { ImageRequest } from '@berth/spec/image-request';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDockerEngine } from '../../packages/daemon/src/adapters/docker/docker-engine.ts';
import type { Engine } from '../../packages/daemon/src/ports/engine.ts';
import { waitFor } from '../harness/deadline.ts';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { startEngine, type TestEngine } from '../harness/engine.ts';
import { ensureImage } from '../harness/image.ts';
import { type HeldRegistry, holdRegistry } from '../harness/held-registry.ts';
import { startRegistry, type TestRegistry } from '../harness/registry.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { ensureImages } from './images.ts';
import { Operator } from './operator.ts';
import { visit } from './visitor.ts';

const soon = { deadlineMs: 30_000 };

describeWithEngine('images that are asked for', (buildSocket) => {
  let engine: TestEngine;
  let bare: Engine;
  let registry: TestRegistry;
  let held: HeldRegistry;
  let daemon: RunningDaemon;
  let operator: Operator;
  let user: Operator;

  beforeAll(async () => {
    [engine, registry] = await Promise.all([startEngine(), startRegistry(), ensureImages(buildSocket)]);
    held = await holdRegistry(registry.host);
    bare = createDockerEngine({ name: 'bare', host: `unix://${engine.socket}` });
    const policy = { mode: 'approval', allow: [`${registry.host}/free/*`] };
    daemon = await startDaemon({ engineSocket: engine.socket, settings: { images: { policy } } });
    operator = new Operator(daemon);
    user = await becomeUser('ann');
  });

  afterAll(async () => {
    await daemon.stop();
    await bare.close();
    await held.stop();
    await registry.stop();
    await engine.stop();
  });

  async function becomeUser(name: string): Promise<Operator> {
    await operator.call('PUT', `/v1/users/${name}`, { role: 'user' });
    const scopes = ['read', 'deploy', 'operate'];
    const { body } = await operator.call('POST', '/v1/tokens', { user: name, label: 'test', scopes });
    return new Operator(daemon, body.secret as string);
  }

  const push = (image: string, repository: string) => registry.push(buildSocket, image, repository);

  async function ask(image: string, more: object = {}): Promise<ImageRequest> {
    return (await user.call('POST', '/v1/image-requests?wait=60s', { image, ...more })).body as ImageRequest;
  }

  async function approve(id: string): Promise<ImageRequest> {
    const reply = await operator.call('POST', `/v1/image-requests/${id}/approve?wait=60s`, { reason: 'looked at' });
    return reply.body as ImageRequest;
  }

  async function read(id: string): Promise<ImageRequest> {
    return (await operator.call('GET', `/v1/image-requests/${id}`)).body as ImageRequest;
  }

  const remove = (image: string) =>
    operator
      .call('DELETE', `/v1/images/local/${encodeURIComponent(image)}`)
      .then(({ status, body }) => ({ status, body }));

  const isThere = (image: string) => bare.images.inspect(image).then(Boolean, () => false);

  test('wait for an administrator, and are then what every deploy uses, whatever the registry says later', async () => {
    const { name: image, digest } = await push('berth-test/web:1', 'team/web:1');
    const asked = await ask(image, { purpose: 'a course' });
    expect(asked).toMatchObject({ state: 'pending', askers: [{ user: 'ann', purpose: 'a course' }] });
    expect(await user.deploy('course', { image })).toMatchObject({ status: 403, body: { code: 'policy-refused' } });
    expect(await operator.deploy('course', { image })).toMatchObject({ status: 403 });
    expect((await user.call('POST', `/v1/image-requests/${asked.id}/approve`)).status).toBe(403);
    expect(await isThere(image)).toBe(false);
    expect(await approve(asked.id)).toMatchObject({ state: 'ready', digest, decidedBy: 'admin', reason: 'looked at' });
    expect(await user.deploy('course', { image })).toMatchObject({ status: 201 });
    await push('berth-test/web:2', 'team/web:1');
    expect(await user.deploy('course', { image, pull: 'always' })).toMatchObject({ status: 200 });
    expect((await visit(daemon.edgePort, 'course.localhost')).body).toContain('version 1');
    expect((await user.call('GET', '/v1/apps/course/releases/2')).body.digest).toContain(digest);
    const renewed = await ask(image, { renew: true });
    expect(await approve(renewed.id)).toMatchObject({ state: 'ready' });
    expect(await user.deploy('course', { image })).toMatchObject({ status: 200 });
    expect((await visit(daemon.edgePort, 'course.localhost')).body).toContain('version 2');
    expect(await read(asked.id)).toMatchObject({ state: 'superseded', digest });
  });

  test('are known after a restart: who asked, who decided, when and why', async () => {
    const before = (await operator.call('GET', '/v1/image-requests')).body;
    await daemon.end();
    daemon = await daemon.startAgain();
    expect((await operator.call('GET', '/v1/image-requests')).body).toEqual(before);
  });

  test('are one request when two callers ask at once', async () => {
    const { name: image } = await push('berth-test/web:1', 'team/twice:1');
    const other = await becomeUser('bob');
    const replies = await Promise.all(
      [user, other, user].map((one) => one.call('POST', '/v1/image-requests', { image })),
    );
    expect(new Set(replies.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    const { askers } = await read(replies[0]?.body.id as string);
    expect(askers.map((asker) => asker.user).toSorted()).toEqual(['ann', 'bob']);
  });

  test('are refused for the reason that is given', async () => {
    const { name: image } = await push('berth-test/web:1', 'team/odd:1');
    const { id } = await ask(image);
    const reason = 'not for this cluster';
    expect((await operator.call('POST', `/v1/image-requests/${id}/reject`, { reason })).body.state).toBe('rejected');
    const { status, body } = await user.deploy('odd', { image });
    expect({ status, detail: body.detail }).toEqual({ status: 403, detail: expect.stringContaining(reason) });
  });

  test('need no approval where the policy allows them', async () => {
    const { name: image } = await push('berth-test/web:1', 'free/web:1');
    expect(await user.deploy('free', { image })).toMatchObject({ status: 201 });
    expect(await ask(image)).toMatchObject({ state: 'ready', decidedBy: null });
  });

  test('that do not exist are told as that', async () => {
    expect(await ask(`${registry.host}/free/none:1`)).toMatchObject({
      state: 'failed',
      failure: expect.stringMatching(/manifest unknown|not found/),
    });
    const { id } = await ask(`${registry.host}/team/none:1`);
    expect(await approve(id)).toMatchObject({ state: 'failed', digest: null });
  });

  test('from a slow registry keep nobody else waiting, and tell how far they are', async () => {
    // This engine has never seen its last layer.
    await push(await ensureImage(buildSocket, 'web', 3), 'free/slow:1');
    const image = `${held.host}/free/slow:1`;
    const asked = await ask(image);
    expect(asked.state).toBe('pending');
    await operator.call('POST', `/v1/image-requests/${asked.id}/approve`, {});
    await waitFor(() => held.waiting() > 0, soon);
    await waitFor(async () => (await read(asked.id)).pull !== null, soon);
    const { state, pull } = await read(asked.id);
    expect(state).toBe('approved');
    expect(pull?.layersDone).toBeLessThan(pull?.layers ?? 0);
    expect((await user.call('GET', '/v1/apps')).status).toBe(200);
    expect((await user.deploy('slow', { image })).body).toMatchObject({
      request: asked.id,
      detail: expect.stringContaining('being pulled'),
    });
    held.open();
    await waitFor(async () => (await read(asked.id)).state === 'ready', soon);
    expect(await read(asked.id)).toMatchObject({ pull: null, failure: null });
    const told = (await listEvents()).filter(({ detail }) => detail.includes(image));
    const kinds = new Set(told.map(({ kind }) => kind));
    expect([...kinds]).toEqual(['image.requested', 'image.approved', 'image.pulling', 'image.ready']);
  });

  test('stay while an app or a container, also a foreign one, is made of them', async () => {
    const { name: image } = await push('berth-test/exit:1', 'free/gone:1');
    expect(await ask(image)).toMatchObject({ state: 'ready' });
    expect(await remove(`${registry.host}/free/web:1`)).toMatchObject({
      status: 409,
      body: { code: 'still-in-use', apps: expect.arrayContaining(['free']) },
    });
    const container = await createForeign(image);
    expect(await remove(image)).toMatchObject({
      status: 409,
      body: { code: 'still-in-use', detail: expect.stringContaining('"foreign"') },
    });
    await bare.containers.remove(container, { force: true });
    expect((await user.call('DELETE', `/v1/images/local/${encodeURIComponent(image)}`)).status).toBe(403);
    expect(await remove(image)).toMatchObject({ status: 204 });
    expect(await remove(image)).toMatchObject({ status: 404, body: { code: 'image-not-found' } });
  });

  test('that nothing uses go by a prune, and nothing else does', async () => {
    const { name: foreign } = await push('berth-test/exit:1', 'free/foreign:1');
    const { name: unused } = await push('berth-test/silent:1', 'free/unused:1');
    await bare.images.pull(foreign, {});
    await bare.images.pull(unused, {});
    await bare.volumes.ensure('precious', {});
    const container = await createForeign(foreign);
    const kept = await bare.images.list();
    const dry = (await operator.call('POST', '/v1/engines/local/actions/prune-images?dryRun=true')).body as ImagePrune;
    expect(dry.images.map(({ references }) => references)).toEqual([[unused]]);
    expect(await isThere(unused)).toBe(true);
    const done = (await operator.call('POST', '/v1/engines/local/actions/prune-images')).body as ImagePrune;
    expect({ ...done, dryRun: true }).toEqual(dry);
    const left = (await bare.images.list()).map(({ id }) => id);
    expect(left.toSorted()).toEqual(
      kept
        .map(({ id }) => id)
        .filter((id) => id !== dry.images[0]?.id)
        .toSorted(),
    );
    expect((await bare.volumes.list([])).map(({ name }) => name)).toContain('precious');
    expect(await operator.call('POST', '/v1/apps/course/actions/rollback?wait=60s', { release: 1 })).toMatchObject({
      status: 200,
    });
    await bare.containers.remove(container, { force: true });
  });

  test('have their place on the disk', async () => {
    const disk = (await operator.call('GET', '/v1/engines/local/disk')).body as EngineDisk;
    expect(disk.images.sizeBytes).toBeGreaterThan(0);
    expect(disk.images.active).toBeGreaterThan(0);
    expect(disk.volumes.count).toBeGreaterThan(0);
    expect((await user.call('GET', '/v1/engines/local/disk')).status).toBe(403);
    expect((await operator.call('GET', '/v1/engines/none/disk')).body.code).toBe('engine-not-found');
  });

  async function listEvents(): Promise<{ kind: string; detail: string }[]> {
    const headers = { authorization: `Bearer ${daemon.adminToken}`, accept: 'application/json' };
    const answer = await fetch(`${daemon.apiUrl}/v1/events?limit=1000`, { headers });
    return ((await answer.json()) as { items: { kind: string; detail: string }[] }).items;
  }

  function createForeign(image: string): Promise<string> {
    return bare.containers.create({
      name: 'foreign',
      image,
      labels: {},
      env: {},
      stopGraceSeconds: 1,
      ports: [],
      volumes: [],
      tmpfs: [],
      limits: { pids: 64 },
      readOnlyRoot: false,
      noNewPrivileges: true,
      log: { maxSizeBytes: 1_000_000, maxFiles: 1 },
    });
  }
});

describeWithEngine('an image that came by somebody’s credential', (buildSocket) => {
  let engine: TestEngine;
  let registry: TestRegistry;
  let daemon: RunningDaemon;
  let operator: Operator;
  let image: string;

  beforeAll(async () => {
    [engine, registry] = await Promise.all([startEngine(), startRegistry({ auth: true }), ensureImages(buildSocket)]);
    image = (await registry.push(buildSocket, 'berth-test/web:1', 'team/web:1')).name;
    const policy = { mode: 'deny', allow: [`${registry.host}/team/*`] };
    daemon = await startDaemon({ engineSocket: engine.socket, settings: { images: { policy } } });
    operator = new Operator(daemon);
    await operator.call('PUT', '/v1/users/bob', { role: 'user' });
    await operator.call('PUT', '/v1/credentials/team', { registry: registry.host, ...registry.credentials });
    await operator.deploy('hers', { image, registryCredential: 'team' });
  });

  afterAll(async () => {
    await daemon.stop();
    await registry.stop();
    await engine.stop();
  });

  test('is its owner’s', async () => {
    expect((await operator.status('hers')).state).toBe('running');
    expect(await operator.deploy('more', { image, pull: 'never' })).toMatchObject({ status: 201 });
  });

  test.each(['missing', 'never', 'always'])('is nobody else’s by being there (pull: %s)', async (pull) => {
    const { status, body } = await operator.deploy('his', { owner: 'bob', image, pull });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'image-refused' });
  });

  test('is somebody else’s once the registry gives it to them', async () => {
    const credential = { registry: registry.host, ...registry.credentials };
    await operator.call('PUT', '/v1/credentials/own?owner=bob', credential);
    const reply = await operator.deploy('his', { owner: 'bob', image, pull: 'missing', registryCredential: 'own' });
    expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300);
  });

  test('is beside what the policy denies, and that cannot even be asked for', async () => {
    const other = 'registry.example.org/team/web:1';
    expect(await operator.deploy('denied', { image: other })).toMatchObject({ status: 403 });
    expect(await operator.call('POST', '/v1/image-requests', { image: other })).toMatchObject({
      status: 403,
      body: { code: 'policy-refused' },
    });
  });

  test('is nobody else’s after the store was lost either', async () => {
    await daemon.kill9();
    for (const file of ['berth.db', 'berth.db-wal', 'berth.db-shm', 'admin.token'])
      await rm(join(daemon.dataFolder, file), { force: true });
    daemon = await daemon.startAgain();
    operator = new Operator(daemon);
    await waitFor(async () => (await operator.status('hers')).state === 'running', soon);
    await operator.call('PUT', '/v1/users/carol', { role: 'user' });
    const { body } = await operator.deploy('carols', { owner: 'carol', image, pull: 'missing' });
    expect(body.code).toBe('image-refused');
  });
});
