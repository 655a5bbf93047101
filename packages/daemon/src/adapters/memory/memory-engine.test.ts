import { engineContract } from '../../ports/engine.contract.ts';
import { createMemoryEngine } from './memory-engine.ts';
import { findDigest } from './engine/registry.ts';

engineContract('the engine in memory', async () => {
  const cargo = { reference: 'registry.test/team/cargo:1' };
  const credential = { registry: 'guarded.test', username: 'pilot', password: 'harbour' };
  const engine = createMemoryEngine({
    name: 'memory',
    images: [{ reference: 'berth-test/silent:1', exposedPorts: [8080] }],
    offers: [cargo, { reference: 'guarded.test/team/cargo:1', credential }],
  });
  engine.controls.setRegistryDown('down.test', true);
  const unreachable = createMemoryEngine({ name: 'gone' });
  unreachable.controls.setReachable(false);
  return {
    engine,
    unreachable,
    image: 'berth-test/silent:1',
    registry: {
      open: cargo.reference,
      digest: findDigest(cargo),
      guarded: 'guarded.test/team/cargo:1',
      credential,
      unreachable: 'down.test/x:1',
    },
    close: async () => {},
  };
});
