import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { waitFor } from '../harness/deadline.ts';
import { ensureImage } from '../harness/image.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { Operator } from './operator.ts';
import { startLoad } from './visitor.ts';

describeWithEngine('an order to renew the edge', (engineSocket) => {
  let daemon: RunningDaemon;
  let operator: Operator;

  beforeAll(async () => {
    await ensureImage(engineSocket, 'web', 1);
    daemon = await startDaemon({ engineSocket });
    operator = new Operator(daemon);
  });
  afterAll(() => daemon.stop());

  test('puts another process in its place, and no visitor notices', async () => {
    await operator.deploy('shop', { image: 'berth-test/web:1' });
    const { body: before } = await operator.call('GET', '/v1/edge');
    expect(before).toMatchObject({ pid: await daemon.findEdgePid(), routes: 1, proxyProtocol: false });
    expect(before.http).toEqual([expect.stringMatching(`:${daemon.edgePort}$`)]);
    const load = startLoad(daemon.edgePort, 'shop.localhost', 4);
    const renewed = await Promise.all([1, 2, 3].map(() => operator.call('POST', '/v1/edge/actions/renew')));
    expect(renewed.map(({ status }) => status)).toEqual([200, 200, 200]);
    const pid = await daemon.findEdgePid();
    expect(pid).not.toBe(before.pid);
    const served = async (): Promise<boolean> =>
      (await operator.call('GET', '/v1/apps/shop/traffic')).body.requests > 50;
    await waitFor(served, { deadlineMs: 30_000, what: 'visitors at the new edge' });
    const { requests, failures } = await load.stop();
    expect(requests).toBeGreaterThan(50);
    expect(failures).toEqual([]);
    expect((await operator.call('GET', '/v1/edge')).body).toMatchObject({ pid, version: before.version });
  });
});
