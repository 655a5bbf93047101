import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDockerEngine } from '../../packages/daemon/src/adapters/docker/docker-engine.ts';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { startRegistry, type TestRegistry } from '../harness/registry.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { ensureImages } from './images.ts';
import { Operator } from './operator.ts';
import { visit } from './visitor.ts';

describeWithEngine('an image in a registry that asks for a password', (engineSocket) => {
  let daemon: RunningDaemon;
  let operator: Operator;
  let registry: TestRegistry;
  let image: string;

  beforeAll(async () => {
    await ensureImages(engineSocket);
    registry = await startRegistry({ auth: true });
    image = (await registry.push(engineSocket, 'berth-test/web:1', 'team/web:1')).name;
    const engine = createDockerEngine({ name: 'bare', host: `unix://${engineSocket}` });
    await engine.images.remove(image);
    await engine.close();
    daemon = await startDaemon({ engineSocket });
    operator = new Operator(daemon);
  });

  afterAll(async () => {
    await daemon.stop();
    await registry.stop();
  });

  const credential = (password: string) =>
    operator.call('PUT', '/v1/credentials/team', {
      registry: registry.host,
      username: registry.credentials?.username,
      password,
    });

  test('is refused without a credential, and the problem says so', async () => {
    const reply = await operator.deploy('private', { image });
    expect(reply.body).toMatchObject({ code: 'image-refused', status: 422 });
  });

  test('is refused with a wrong password', async () => {
    expect((await credential('wrong')).status).toBe(201);
    const reply = await operator.deploy('private', { image, registryCredential: 'team' });
    expect(reply.body).toMatchObject({ code: 'image-refused' });
  });

  test('is deployed with the right one, and pinned by its digest', async () => {
    expect((await credential(registry.credentials?.password ?? '')).status).toBe(200);
    const reply = await operator.deploy('private', { image, registryCredential: 'team' });
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    expect((await visit(daemon.edgePort, 'private.localhost')).body).toContain('version 1');
    const { number } = (await operator.call('GET', '/v1/apps/private/releases')).body.items[0];
    const release = (await operator.call('GET', `/v1/apps/private/releases/${number}`)).body;
    expect(release.digest).toMatch(/team\/web@sha256:[0-9a-f]{64}$/);
  });

  test('that does not exist is a problem at once', async () => {
    const reply = await operator.deploy('absent', {
      image: image.replace('team/web:1', 'team/none:1'),
      registryCredential: 'team',
    });
    expect(reply.body).toMatchObject({ code: 'image-not-found' });
  });
});
