import { Problem } from '@berth/spec/problem';
import type { EngineNode, EngineSwarm } from '../../../ports/engine.ts';
import type { World } from './world.ts';

const self: EngineNode = {
  id: 'memory0node0000000000000',
  hostname: 'memory',
  status: 'Ready',
  availability: 'Active',
  managerStatus: 'Leader',
  tlsStatus: 'Ready',
  engineVersion: '29.0.0',
  isSelf: true,
  inspected: { ID: 'memory0node0000000000000', Description: { Hostname: 'memory' } },
};

/** A swarm of one node, once a test says so. */
export function createSwarm({ gate, name, swarm }: World): EngineSwarm {
  return {
    mode: gate.guard('swarm.mode', () => (swarm.isManager ? 'swarm' : 'solo')),
    nodes: gate.guard('swarm.nodes', () => {
      if (swarm.isManager) return [self];
      throw new Problem(
        'engine-failed',
        `The engine "${name}" could not list nodes: This node is not a swarm manager.`,
      );
    }),
  };
}
