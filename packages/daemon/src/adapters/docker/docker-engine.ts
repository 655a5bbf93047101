import type { Engine } from '../../ports/engine.ts';
import { EngineClient } from './client.ts';
import { createConnection } from './connection.ts';
import { createContainers } from './containers.ts';
import { describeEngine } from './description.ts';
import { measureDisk } from './disk.ts';
import { type DockerTls, findReach, parseEngineAddress } from './engine-address.ts';
import { readEvents } from './events.ts';
import { createImages } from './images.ts';
import { createNetworks } from './networks.ts';
import { createSwarm } from './swarm.ts';
import { type DockerTimeouts, defaultTimeouts } from './timeouts.ts';
import { createVolumes } from './volumes.ts';

export interface DockerEngineSettings {
  /** Berth's name for the engine. */
  readonly name: string;
  /** `unix:///path` or `tcp://host:port`. */
  readonly host: string;
  readonly tls?: DockerTls;
  readonly timeouts?: Partial<DockerTimeouts>;
}

/** An engine behind its HTTP API. Connects on the first call; throws `validation-failed` for an address it cannot read. */
export function createDockerEngine({ name, host, tls, timeouts }: DockerEngineSettings): Engine {
  const address = parseEngineAddress(host, tls);
  const bounds = { ...defaultTimeouts, ...timeouts };
  const connection = createConnection(address, bounds.connectMs);
  const client = new EngineClient(connection, { engine: name, timeouts: bounds });
  return {
    name,
    reach: findReach(address),
    containers: createContainers(client),
    images: createImages(client),
    networks: createNetworks(client),
    volumes: createVolumes(client),
    swarm: createSwarm(client),
    describe: () => describeEngine(client),
    measureDisk: () => measureDisk(client),
    events: (options) => readEvents(client, options),
    close: async () => connection.close(),
  };
}
