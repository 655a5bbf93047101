import type { EngineNetworks, EngineVolumes } from '../../../ports/engine.ts';
import { isAlive } from './container.ts';
import { FileTree } from './file-tree.ts';
import { hasLabels } from './label-index.ts';
import { refuse } from './refusal.ts';
import type { MemoryVolume, World } from './world.ts';

type Labels = Readonly<Record<string, string>>;

/** The networks of one engine. */
export function createNetworks({ gate, networks, containers, events, newId }: World): EngineNetworks {
  return {
    list: gate.guard('networks.list', (labels: readonly string[]) =>
      [...networks.values()].filter((network) => hasLabels(network.labels, labels)),
    ),
    ensure: gate.guard('networks.ensure', (name: string, labels: Labels) => {
      if (networks.has(name)) return;
      const network = { id: newId(), name, labels };
      networks.set(name, network);
      events.add('network', 'create', { id: network.id, labels: { name, type: 'bridge' } });
    }),
    remove: gate.guard('networks.remove', (name: string) => {
      const network = networks.get(name);
      if (network === undefined) return;
      const user = [...containers.all()].find(
        (container) => container.request.network?.name === name && isAlive(container),
      );
      if (user !== undefined) throw refuse.inUse(`Network ${name} has active endpoints`);
      networks.delete(name);
      events.add('network', 'destroy', { id: network.id, labels: { name, type: 'bridge' } });
    }),
  };
}

/** The named volumes of one engine. */
export function createVolumes(world: World): EngineVolumes {
  const { gate, volumes, containers, events } = world;
  return {
    list: gate.guard('volumes.list', (wanted: readonly string[]) => {
      const found = [...volumes.values()].filter(({ labels }) => hasLabels(labels, wanted));
      return found.map(({ name, labels, createdAt }) => ({ name, labels, createdAt }));
    }),
    ensure: gate.guard('volumes.ensure', (name: string, labels: Labels) => void ensureVolume(world, name, labels)),
    remove: gate.guard('volumes.remove', (name: string) => {
      const user = [...containers.all()].find(({ request }) => request.volumes.some(({ volume }) => volume === name));
      if (user !== undefined) throw refuse.inUse(`Volume ${name} is in use by ${user.view.id}`);
      if (volumes.delete(name)) events.add('volume', 'destroy', { id: name, labels: {} });
    }),
  };
}

/** Makes it unless it is there, as a new container that names it does too. */
export function ensureVolume({ volumes, events, clock }: World, name: string, labels: Labels): MemoryVolume {
  const known = volumes.get(name);
  if (known !== undefined) return known;
  const volume = { name, labels, createdAt: clock.now(), files: new FileTree() };
  volumes.set(name, volume);
  events.add('volume', 'create', { id: name, labels: {} });
  return volume;
}
