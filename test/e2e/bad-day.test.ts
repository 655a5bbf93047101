import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../harness/deadline.ts';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { startEngine, type TestEngine } from '../harness/engine.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { ensureImages } from './images.ts';
import { Operator } from './operator.ts';
import { startLoad, visit } from './visitor.ts';

const soon = { deadlineMs: 30_000 };

describeWithEngine('when the daemon is killed', (engineSocket) => {
  let daemon: RunningDaemon;
  let operator: Operator;

  beforeAll(async () => {
    await ensureImages(engineSocket);
    daemon = await startDaemon({ engineSocket });
    operator = new Operator(daemon);
  });

  afterAll(() => daemon.stop());

  test('no request fails, and the next start takes over without one either', async () => {
    await operator.deploy('steady', { image: 'berth-test/node:1' });
    const load = startLoad(daemon.edgePort, 'steady.localhost');
    for (let round = 0; round < 3; round += 1) {
      await daemon.kill9();
      expect((await visit(daemon.edgePort, 'steady.localhost')).status).toBe(200);
      daemon = await daemon.startAgain();
      operator = new Operator(daemon);
      await waitFor(async () => (await operator.status('steady')).state === 'running', soon);
    }
    const { requests, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(100);
  });

  test('an accepted deploy is finished by the next start', async () => {
    const accepted = await operator.call('PUT', '/v1/apps/resumed', { image: 'berth-test/web:1' });
    expect(accepted.status).toBe(202);
    await daemon.kill9();
    daemon = await daemon.startAgain();
    operator = new Operator(daemon);
    const operation = await operator.call('GET', `/v1/operations/${accepted.body.id}?wait=60s`);
    expect(operation.body).toMatchObject({ state: 'succeeded', app: 'resumed' });
    expect((await visit(daemon.edgePort, 'resumed.localhost')).status).toBe(200);
  });

  test('with its store deleted, apps, owners, domains, files and releases are rebuilt from labels', async () => {
    await operator.call('PUT', '/v1/users/ann', { role: 'user' });
    const request = {
      image: 'berth-test/web:1',
      owner: 'ann',
      files: [{ path: '/etc/greeting.txt', content: 'hello' }],
      labels: { team: 'sea' },
    };
    await operator.deploy('lasting', { ...request, replicas: 2 });
    await operator.deploy('lasting', { ...request, env: { SECOND: 'yes' } });
    const added = await operator.call('PUT', '/v1/apps/lasting/domains?wait=30s', { host: 'lasting.example.org' });
    expect(added.status, JSON.stringify(added.body)).toBe(200);
    await operator.act('lasting', 'scale', { replicas: 1 });
    const before = (await operator.call('GET', '/v1/apps/lasting')).body;
    await recordWritten(before.version);
    await daemon.kill9();
    for (const file of ['berth.db', 'berth.db-wal', 'berth.db-shm', 'admin.token'])
      await rm(join(daemon.dataFolder, file), { force: true });
    daemon = await daemon.startAgain();
    operator = new Operator(daemon);
    await waitFor(async () => (await operator.status('lasting')).state === 'running', soon);
    const after = (await operator.call('GET', '/v1/apps/lasting')).body;
    for (const key of ['name', 'id', 'owner', 'domains', 'replicas', 'desired', 'release', 'url'])
      expect(after[key], key).toEqual(before[key]);
    expect({ ...after.spec, files: [] }).toEqual({ ...before.spec, files: [] });
    expect(Buffer.from(after.spec.files[0].content, after.spec.files[0].encoding).toString()).toBe('hello');
    expect((await visit(daemon.edgePort, 'lasting.example.org')).status).toBe(200);
    expect((await operator.deploy('lasting', { image: 'berth-test/web:2' })).body).toMatchObject({
      release: 3,
      state: 'succeeded',
    });
  });

  /** A record follows the last change by about a second. */
  async function recordWritten(version: number): Promise<void> {
    const { createDockerEngine } = await import('../../packages/daemon/src/adapters/docker/docker-engine.ts');
    const engine = createDockerEngine({ name: 'bare', host: `unix://${engineSocket}` });
    await waitFor(async () => {
      const volumes = await engine.volumes.list(['berth.app=lasting', 'berth.record']);
      return volumes.some(
        ({ labels }) => (JSON.parse(labels['berth.record'] ?? '{}') as { version?: number }).version === version,
      );
    }, soon);
    await engine.close();
  }
});

describeWithEngine('when the engine goes away', () => {
  let engine: TestEngine;
  let daemon: RunningDaemon;
  let operator: Operator;

  beforeAll(async () => {
    engine = await startEngine({});
    await ensureImages(engine.socket);
    daemon = await startDaemon({ engineSocket: engine.socket });
    operator = new Operator(daemon);
  });

  afterAll(async () => {
    await daemon.stop();
    await engine.stop();
  });

  test('the picture is said to be unknown, changes are refused with a word, and all is right again after its return', async () => {
    await operator.deploy('patient', { image: 'berth-test/web:1' });
    await engine.kill();
    await waitFor(async () => (await operator.status('patient')).state === 'unknown', soon);
    expect((await operator.call('GET', '/readyz')).status).toBe(503);
    const refused = await operator.deploy('patient', { image: 'berth-test/web:1' });
    expect(refused).toMatchObject({ status: 503, body: { code: 'engine-unreachable', retryable: true } });
    await engine.restart();
    await waitFor(async () => (await operator.status('patient')).state === 'running', soon);
    await waitFor(async () => (await visit(daemon.edgePort, 'patient.localhost')).status === 200, soon);
    expect((await operator.deploy('patient', { image: 'berth-test/web:1' })).status).toBe(200);
  });
});
