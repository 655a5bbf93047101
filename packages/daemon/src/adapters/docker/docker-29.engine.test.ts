import { startMinVersionEngine } from '../../../../../test/harness/min-version-engine.ts';
import { describeWithEngine } from '../../../../../test/harness/with-engine.ts';
import { engineContract } from '../../ports/engine.contract.ts';
import { openDockerFixture } from './docker-fixture.contract.ts';

describeWithEngine('Docker 29', (socket) => {
  engineContract('whose oldest API is 1.44', async () => {
    const engine = await startMinVersionEngine(socket);
    const fixture = await openDockerFixture({ socket: engine.socket, realSocket: socket });
    const close = async () => {
      await fixture.close();
      await engine.stop();
    };
    return { ...fixture, close };
  });
});
