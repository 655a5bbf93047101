import type { InstanceStats, StatsHistory } from '@berth/spec/stats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callEngine } from '../../scripts/engine-call.ts';
import { waitFor } from '../harness/deadline.ts';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { ensureImages } from './images.ts';
import { Operator } from './operator.ts';

/** Several rounds of measuring. */
const soon = { deadlineMs: 60_000 };

describeWithEngine('what an app used', (socket) => {
  let daemon: RunningDaemon;
  let operator: Operator;

  beforeAll(async () => {
    await ensureImages(socket);
    daemon = await startDaemon({ engineSocket: socket });
    operator = new Operator(daemon);
    await operator.deploy('watched', { image: 'berth-test/web:1', memoryBytes: 64 << 20 });
  });

  afterAll(() => daemon.stop());

  const read = async (query = ''): Promise<StatsHistory> =>
    (await operator.call('GET', `/v1/apps/watched/stats/history?${query}`)).body as StatsHistory;

  const instanceOf = async (): Promise<string> => (await operator.status('watched')).instances[0].id as string;

  test('is kept without anybody asking, as the engine measures it', async () => {
    const id = await instanceOf();
    const history = await waitFor(async () => {
      const told = await read();
      return told.points.length >= 2 && told;
    }, soon);
    expect(history).toMatchObject({ app: 'watched', kept: true, stepSeconds: 10, instances: [id] });
    const [first, second] = history.points;
    expect(Date.parse(second?.at ?? '') - Date.parse(first?.at ?? '')).toBe(10_000);
    const { text } = await callEngine(socket, `GET /containers/${id}/stats?stream=false`);
    const measured = JSON.parse(text) as { memory_stats: { usage: number }; pids_stats: { current: number } };
    expect(second?.pids).toBe(measured.pids_stats.current);
    expect(second?.memoryBytes).toBeGreaterThan(0);
    expect(second?.memoryBytes).toBeLessThanOrEqual(2 * measured.memory_stats.usage);
  });

  test('answers the first who asks what it uses now', async () => {
    const { status, body } = await operator.call('GET', '/v1/apps/watched/stats');
    const [sample] = (body as { items: InstanceStats[] }).items;
    expect(status).toBe(200);
    expect(sample).toMatchObject({ instance: await instanceOf(), memoryLimitBytes: 64 << 20 });
  });

  test('goes on through a deploy, over the instances of both releases', async () => {
    const before = await instanceOf();
    const { points } = await read();
    await operator.deploy('watched', { image: 'berth-test/web:2' });
    const after = await waitFor(async () => {
      const told = await read();
      return told.instances.length === 2 && told.points.length >= points.length + 2 && told;
    }, soon);
    expect(after.instances).toEqual([before, await instanceOf()]);
    const old = await read(`instance=${before.slice(0, 12)}`);
    expect(old.points.length).toBeGreaterThanOrEqual(points.length);
    expect((await read('step=1m')).points.length).toBeGreaterThan(0);
  });
});
