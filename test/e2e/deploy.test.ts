import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../harness/deadline.ts';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { createDockerEngine } from '../../packages/daemon/src/adapters/docker/docker-engine.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { ensureImages } from './images.ts';
import { Operator } from './operator.ts';
import { startLoad, visit } from './visitor.ts';

describeWithEngine('an app', (engineSocket) => {
  let daemon: RunningDaemon;
  let operator: Operator;
  const engine = createDockerEngine({ name: 'bare', host: `unix://${engineSocket}` });

  beforeAll(async () => {
    await ensureImages(engineSocket);
    daemon = await startDaemon({ engineSocket });
    operator = new Operator(daemon);
  });

  afterAll(async () => {
    await daemon.stop();
    await engine.close();
  });

  const page = async (app: string) => (await visit(daemon.edgePort, `${app}.localhost`)).body;

  test('answers at its URL after one call', async () => {
    const reply = await operator.deploy('one-call', { image: 'berth-test/web:1' });
    expect(reply.status, JSON.stringify(reply.body)).toBe(201);
    expect(reply.body).toMatchObject({ kind: 'deploy', state: 'succeeded', app: 'one-call', release: 1 });
    expect(await page('one-call')).toContain('version 1');
    const app = (await operator.call('GET', '/v1/apps/one-call')).body;
    expect(app).toMatchObject({ state: 'running', ready: 1, url: `http://one-call.localhost:${daemon.edgePort}` });
  });

  test('comes back after its container is killed with the engine’s own tools', async () => {
    await operator.deploy('healing', { image: 'berth-test/web:1' });
    const before = (await operator.status('healing')).instances[0];
    await engine.containers.kill(before.id, 'SIGKILL');
    await waitFor(async () => (await operator.status('healing')).instances[0]?.restarts === 1, { deadlineMs: 20_000 });
    await waitFor(async () => (await operator.status('healing')).state === 'running', { deadlineMs: 20_000 });
    expect(await page('healing')).toContain('version 1');
  });

  test('comes back after its container is removed with the engine’s own tools', async () => {
    await operator.deploy('replaced', { image: 'berth-test/web:1' });
    const before = (await operator.status('replaced')).instances[0];
    await engine.containers.remove(before.id, { force: true });
    await waitFor(
      async () => {
        const { state, instances } = await operator.status('replaced');
        return state === 'running' && instances[0].id !== before.id;
      },
      { deadlineMs: 20_000 },
    );
    expect(await page('replaced')).toContain('version 1');
  });

  test('fails no request while it is redeployed, restarted and scaled under load', async () => {
    await operator.deploy('busy', { image: 'berth-test/node:1', replicas: 2 });
    const load = startLoad(daemon.edgePort, 'busy.localhost');
    for (let round = 0; round < 2; round += 1) {
      expect(
        (await operator.deploy('busy', { image: 'berth-test/node:1', env: { ROUND: String(round) } })).status,
      ).toBe(200);
      expect((await operator.act('busy', 'restart')).status).toBe(200);
      expect((await operator.act('busy', 'scale', { replicas: 3 })).status).toBe(200);
      expect((await operator.act('busy', 'scale', { replicas: 1 })).status).toBe(200);
    }
    const { requests, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(100);
  });

  test('goes on serving its old release when the new one fails, and the operation says why', async () => {
    await operator.deploy('careful', { image: 'berth-test/web:1' });
    const reply = await operator.deploy('careful', { image: 'berth-test/exit:1' });
    expect(reply.status).toBe(422);
    expect(reply.body).toMatchObject({ code: 'deploy-failed', app: 'careful' });
    expect(reply.body.detail).toContain('exit code 3');
    expect(reply.body.logTail.join(' ')).toContain('last words');
    expect(await page('careful')).toContain('version 1');
    const { state, release, instances } = await operator.status('careful');
    expect({ state, release }).toEqual({ state: 'running', release: 1 });
    await waitFor(async () => (await operator.status('careful')).instances.length === 1, { deadlineMs: 20_000 });
    expect(instances.length).toBeLessThanOrEqual(2);
    expect((await operator.call('GET', '/v1/apps/careful/releases/2')).body).toMatchObject({ state: 'failed' });
  });

  test('that never listens is given up after its time, with the port named', async () => {
    const reply = await operator.deploy('deaf', {
      image: 'berth-test/silent:1',
      ports: [{ containerPort: 8080 }],
      health: { startTimeoutSeconds: 2 },
    });
    expect(reply.body.code).toBe('deploy-failed');
    expect(reply.body.detail).toContain('did not answer on port 8080 within 2 s');
    expect((await operator.call('GET', '/v1/apps/deaf')).body).toMatchObject({ state: 'failed', release: null });
    await waitFor(async () => (await operator.status('deaf')).instances.length === 0, { deadlineMs: 30_000 });
  });

  test('rolls back to what served before', async () => {
    await operator.deploy('undone', { image: 'berth-test/web:1' });
    await operator.deploy('undone', { image: 'berth-test/web:2' });
    expect(await page('undone')).toContain('version 2');
    const reply = await operator.act('undone', 'rollback');
    expect(reply.body).toMatchObject({ kind: 'rollback', state: 'succeeded', release: 3 });
    expect(await page('undone')).toContain('version 1');
  });

  test('is stopped, started, paused, unpaused, killed and reset, and says each time what it is', async () => {
    await operator.deploy('verbs', { image: 'berth-test/web:1' });
    const walk = async (verb: string, state: string, status: number) => {
      const reply = await operator.act('verbs', verb);
      expect(reply.status, `${verb}: ${JSON.stringify(reply.body)}`).toBe(200);
      expect((await operator.status('verbs')).state, verb).toBe(state);
      expect((await visit(daemon.edgePort, 'verbs.localhost')).status, verb).toBe(status);
    };
    await walk('pause', 'paused', 503);
    await walk('unpause', 'running', 200);
    await walk('stop', 'stopped', 503);
    await walk('start', 'running', 200);
    await walk('kill', 'stopped', 503);
    await walk('start', 'running', 200);
    await walk('reset', 'running', 200);
    expect((await operator.act('verbs', 'unpause')).status).toBe(409);
  });

  test('keeps its volume over redeploys, and loses it only when it is named', async () => {
    const request = { image: 'berth-test/web:1', volumes: [{ name: 'data', path: '/data' }] };
    await operator.deploy('keeper', request);
    const [volume] = await volumesOf('keeper');
    await operator.deploy('keeper', { ...request, image: 'berth-test/web:2' });
    await operator.remove('keeper');
    expect(await volumesOf('keeper')).toEqual([volume]);
    await operator.deploy('keeper', request);
    const reply = await operator.call('DELETE', '/v1/apps/keeper?volumes=data&wait=60s');
    expect(reply.status).toBe(200);
    expect(await volumesOf('keeper')).toEqual([]);
  });

  async function volumesOf(app: string): Promise<string[]> {
    const volumes = await engine.volumes.list([`berth.app=${app}`, 'berth.volume']);
    return volumes.map((volume) => volume.name);
  }

  test('is won by one of two callers who deploy it at once; the other gets 409 and nothing is left over', async () => {
    const both = await Promise.all(
      [1, 2].map((version) => operator.deploy('race', { image: `berth-test/web:${version}` })),
    );
    expect(both.map((reply) => reply.status).toSorted((one, other) => one - other)).toEqual([201, 409]);
    const loser = both.find((reply) => reply.status === 409);
    expect(loser?.body.code).toBe('operation-in-progress');
    const containers = await engine.containers.list(['berth.app=race']);
    expect(containers.length).toBe(1);
  });

  test('is not confused with a foreign container that has its name', async () => {
    const site = daemon.site;
    const id = await engine.containers.create({
      name: `${site}-taken-r1.1-0`,
      image: 'berth-test/web:1',
      labels: {},
      env: {},
      stopGraceSeconds: 1,
      ports: [],
      volumes: [],
      tmpfs: [],
      limits: { pids: 50 },
      readOnlyRoot: false,
      noNewPrivileges: true,
      log: { maxSizeBytes: 1_000_000, maxFiles: 1 },
    });
    const reply = await operator.deploy('taken', { image: 'berth-test/web:1' });
    expect(reply.body.code).toBe('engine-conflict');
    expect((await engine.containers.inspect(id)).state).toBe('created');
    await engine.containers.remove(id, { force: true });
    expect((await operator.deploy('taken', { image: 'berth-test/web:1' })).status).toBe(200);
  });

  test('leaves nothing behind when it is removed', async () => {
    await operator.deploy('brief', { image: 'berth-test/web:1' });
    expect((await operator.remove('brief')).status).toBe(200);
    expect(await engine.containers.list(['berth.app=brief'])).toEqual([]);
    expect((await operator.call('GET', '/v1/apps/brief')).status).toBe(404);
    expect((await visit(daemon.edgePort, 'brief.localhost')).status).toBe(404);
    expect(await engine.volumes.list(['berth.app=brief'])).toEqual([]);
  });
});
