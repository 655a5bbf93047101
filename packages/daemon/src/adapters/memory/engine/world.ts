import { createHash } from 'node:crypto';
import type { Clock } from '../../../ports/clock.ts';
import { ContainerStore } from './container-store.ts';
import { EventLog } from './event-log.ts';
import type { FileTree } from './file-tree.ts';
import { Gate } from './gate.ts';
import { ImageStore } from './image-store.ts';
import type { Registry } from './registry.ts';

type Labels = Readonly<Record<string, string>>;

export interface MemoryVolume {
  readonly name: string;
  readonly labels: Labels;
  readonly createdAt: number;
  readonly files: FileTree;
}

/** Everything one engine in memory has. */
export interface World {
  readonly name: string;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly gate: Gate;
  readonly events: EventLog;
  readonly containers: ContainerStore;
  readonly images: ImageStore;
  readonly registry: Registry;
  readonly networks: Map<string, { readonly id: string; readonly name: string; readonly labels: Labels }>;
  readonly volumes: Map<string, MemoryVolume>;
  readonly swarm: { isManager: boolean };
  /** 64 hexadecimal digits, other ones each time, the same in each run. */
  readonly newId: () => string;
  readonly newAddress: () => string;
  readonly newHostPort: () => number;
}

const FIRST_HOST_PORT = 32_768;

export function createWorld(name: string, clock: World['clock'], registry: Registry): World {
  let count = 0;
  let addresses = 0;
  let ports = 0;
  const newId = () =>
    createHash('sha256')
      .update(`${name} ${(count += 1)}`)
      .digest('hex');
  return {
    name,
    clock,
    gate: new Gate(name, clock),
    events: new EventLog(() => clock.now()),
    containers: new ContainerStore(),
    images: new ImageStore(),
    registry,
    networks: new Map(),
    volumes: new Map(),
    swarm: { isManager: false },
    newId,
    newAddress: () => renderAddress((addresses += 1)),
    newHostPort: () => FIRST_HOST_PORT + ((ports += 1) % FIRST_HOST_PORT),
  };
}

/** Loopback, all of it: on Linux a test can listen at the address of a container. */
function renderAddress(count: number): string {
  return `127.${64 + ((count >> 16) & 63)}.${(count >> 8) & 255}.${count & 255}`;
}
