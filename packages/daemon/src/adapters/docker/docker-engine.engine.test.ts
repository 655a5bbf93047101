import { afterAll } from 'vitest';
import { describeWithEngine } from '../../../../../test/harness/with-engine.ts';
import { startMinVersionEngine } from '../../../../../test/harness/min-version-engine.ts';
import { engineContract } from '../../ports/engine.contract.ts';
import { openDockerFixture } from './docker-fixture.contract.ts';

describeWithEngine('Docker', (socket) => {
  engineContract('the engine of this machine', () => openDockerFixture({ socket, realSocket: socket }));
});

describeWithEngine('Docker 29', (socket) => {
  const stops: (() => Promise<void>)[] = [];
  afterAll(() => Promise.all(stops.map((stop) => stop())));
  engineContract('an engine whose oldest API is 1.44', async () => {
    const engine = await startMinVersionEngine(socket);
    stops.push(() => engine.stop());
    return openDockerFixture({ socket: engine.socket, realSocket: socket });
  });
});
