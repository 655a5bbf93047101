import type { Uptime } from '@berth/spec/uptime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDockerEngine } from '../../packages/daemon/src/adapters/docker/docker-engine.ts';
import type { Engine } from '../../packages/daemon/src/ports/engine.ts';
import { waitFor } from '../harness/deadline.ts';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { startEngine, type TestEngine } from '../harness/engine.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { ensureImages } from './images.ts';
import { Operator } from './operator.ts';

const soon = { deadlineMs: 30_000 };

describeWithEngine('the uptime of an app', () => {
  let engine: TestEngine;
  let bare: Engine;
  let daemon: RunningDaemon;
  let operator: Operator;

  beforeAll(async () => {
    engine = await startEngine({});
    await ensureImages(engine.socket);
    bare = createDockerEngine({ name: 'bare', host: `unix://${engine.socket}` });
    daemon = await startDaemon({ engineSocket: engine.socket, settings: { uptime: { seenSeconds: 1 } } });
    operator = new Operator(daemon);
  });

  afterAll(async () => {
    await daemon.stop();
    await bare.close();
    await engine.stop();
  });

  async function read(name: string, query = ''): Promise<Uptime> {
    return (await operator.call('GET', `/v1/apps/${name}/uptime?${query}`)).body as Uptime;
  }

  async function states(name: string): Promise<string[]> {
    return ((await read(name)).intervals ?? []).map(({ state }) => state);
  }

  async function instanceOf(name: string): Promise<string> {
    return (await operator.status(name)).instances[0].id as string;
  }

  async function startAgain(): Promise<void> {
    daemon = await daemon.startAgain();
    operator = new Operator(daemon);
  }

  test('tells a container that was killed, by the engine’s own times', async () => {
    await operator.deploy('killed', { image: 'berth-test/web:1' });
    const id = await instanceOf('killed');
    const { startedAt } = await bare.containers.inspect(id);
    await bare.containers.kill(id, 'SIGKILL');
    await waitFor(
      async () => (await states('killed')).at(-1) === 'running' && (await states('killed')).length > 3,
      soon,
    );
    const { finishedAt, startedAt: startedAgain } = await bare.containers.inspect(id);
    const { intervals } = await read('killed');
    expect(intervals?.map(({ state }) => state)).toEqual(['starting', 'running', 'down', 'running']);
    const begins = intervals?.map(({ since }) => Date.parse(since)) ?? [];
    expect(begins.slice(1)).toEqual([startedAt, finishedAt, startedAgain]);
  });

  test('tells a pause and a stop that were asked for from an end that was not', async () => {
    await operator.deploy('planned', { image: 'berth-test/web:1' });
    for (const verb of ['pause', 'unpause', 'stop', 'start'])
      expect((await operator.act('planned', verb)).body, verb).toMatchObject({ state: 'succeeded' });
    const told = (await states('planned')).filter((state) => state !== 'starting');
    expect(told).toEqual(['running', 'paused', 'running', 'stopped', 'running']);
    expect((await read('planned')).states.down).toBe(0);
  });

  test('goes on through a deploy beside the old, and tells each instance apart', async () => {
    await operator.deploy('moving', { image: 'berth-test/web:1' });
    await operator.deploy('moving', { image: 'berth-test/web:2' });
    await waitFor(async () => (await operator.status('moving')).instances.length === 1, soon);
    expect(await states('moving')).toEqual(['starting', 'running']);
    await waitFor(async () => (await read('moving', 'instances=true')).instances?.[1]?.endedAt !== null, soon);
    const { instances } = await read('moving', 'instances=true');
    expect(instances?.map(({ release, endedAt }) => [release, endedAt === null])).toEqual([
      [2, true],
      [1, false],
    ]);
  });

  test('is unknown while the daemon is gone, however it went, and keeps what was before', async () => {
    await operator.deploy('lasting', { image: 'berth-test/web:1' });
    await daemon.end();
    const endedAt = Date.now();
    await startAgain();
    await waitFor(async () => (await states('lasting')).at(-1) === 'running', soon);
    expect(await states('lasting')).toEqual(['starting', 'running', 'unknown', 'running']);
    const unknown = (await read('lasting')).intervals?.[2];
    expect(Date.parse(unknown?.since ?? '')).toBeLessThan(endedAt);
    await waitFor(async () => (await read('lasting', 'since=1s')).seconds.running >= 0.9, soon);
    await daemon.kill9();
    await bare.containers.kill(await containerOf('lasting'), 'SIGKILL');
    await startAgain();
    await waitFor(
      async () => (await states('lasting')).at(-1) === 'running' && (await states('lasting')).length > 5,
      soon,
    );
    const told = await states('lasting');
    expect(told.slice(0, 5)).toEqual(['starting', 'running', 'unknown', 'running', 'unknown']);
    expect(told.slice(5).filter((state) => state === 'unknown')).toEqual([]);
  });

  test('is unknown while the engine is gone', async () => {
    await operator.deploy('patient', { image: 'berth-test/web:1' });
    await engine.kill();
    await waitFor(async () => (await states('patient')).at(-1) === 'unknown', soon);
    await engine.restart();
    await waitFor(async () => (await states('patient')).at(-1) === 'running', soon);
    const told = await states('patient');
    expect(told.slice(0, 3)).toEqual(['starting', 'running', 'unknown']);
  });

  async function containerOf(name: string): Promise<string> {
    const [container] = await bare.containers.list([`berth.app=${name}`, `berth.site=${daemon.site}`]);
    return container?.id ?? '';
  }
});
