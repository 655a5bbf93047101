import type { EngineVolumes } from '../../ports/engine.ts';
import { type EngineCall, renderLabelFilter, renderPathPart } from './call.ts';
import type { EngineClient } from './client.ts';
import { parseInstant } from './container-json.ts';

interface VolumeJson {
  readonly Name: string;
  readonly CreatedAt?: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
}

/** The named volumes of one engine. */
export function createVolumes(client: EngineClient): EngineVolumes {
  return {
    async list(labels) {
      const query = { filters: renderLabelFilter(labels) };
      const { Volumes } = await client.ask<{ readonly Volumes: readonly VolumeJson[] | null }>({
        ...about('', 'list'),
        method: 'GET',
        path: '/volumes',
        query,
      });
      return (Volumes ?? []).map(({ Name, Labels, CreatedAt }) => ({
        name: Name,
        labels: Labels ?? {},
        createdAt: parseInstant(CreatedAt) ?? 0,
      }));
    },
    /** The engine gives back the one that is there. */
    async ensure(name, labels) {
      await client.run({
        ...about(name, 'make'),
        method: 'POST',
        path: '/volumes/create',
        json: { Name: name, Driver: 'local', Labels: labels },
      });
    },
    async remove(name) {
      await client.run({
        ...about(name, 'remove'),
        method: 'DELETE',
        path: `/volumes/${renderPathPart(name)}`,
        accepts: [404],
      });
    },
  };
}

function about(name: string, verb: string): Pick<EngineCall, 'subject' | 'toDo'> {
  return { subject: 'volume', toDo: `${verb} volume ${name}`.trim() };
}
