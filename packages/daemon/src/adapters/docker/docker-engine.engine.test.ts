import { describeWithEngine } from '../../../../../test/harness/with-engine.ts';
import { engineContract } from '../../ports/engine.contract.ts';
import { openDockerFixture } from './docker-fixture.contract.ts';

describeWithEngine('Docker', (socket) => {
  engineContract('as this machine has it', () => openDockerFixture({ socket, realSocket: socket }));
});
