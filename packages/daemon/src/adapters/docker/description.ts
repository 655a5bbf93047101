import type { EngineDescription } from '../../ports/engine.ts';
import type { SpokenVersions } from './api-version.ts';
import type { EngineClient } from './client.ts';

interface InfoJson {
  readonly OperatingSystem?: string;
  readonly Architecture?: string;
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly Swarm?: { readonly LocalNodeState?: string; readonly ControlAvailable?: boolean } | null;
}

interface VersionJson extends SpokenVersions {
  readonly Version: string;
}

/** Compares versions anew, so that an engine that was replaced is spoken to in words it knows. */
export async function describeEngine(client: EngineClient): Promise<EngineDescription> {
  const { Version, chosen } = await client.negotiate<VersionJson>();
  const info = await client.ask<InfoJson>({ method: 'GET', path: '/info', subject: 'engine', toDo: 'describe itself' });
  return {
    version: Version,
    apiVersion: chosen,
    operatingSystem: info.OperatingSystem ?? 'unknown',
    architecture: info.Architecture ?? 'unknown',
    cpus: info.NCPU ?? 0,
    memoryBytes: info.MemTotal ?? 0,
    mode: isSwarmManager(info) ? 'swarm' : 'solo',
  };
}

/** A worker cannot be asked for services: it is used as a machine of its own. */
function isSwarmManager({ Swarm }: InfoJson): boolean {
  return Swarm?.LocalNodeState === 'active' && Swarm.ControlAvailable === true;
}
