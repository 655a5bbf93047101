import { Readable } from 'node:stream';
import { Problem } from '@berth/spec/problem';
import type { EngineContainers } from '../../ports/engine.ts';
import { renderPathPart } from './call.ts';
import type { EngineClient } from './client.ts';
import { renderCancelled } from './connection-error.ts';
import { getContainerJson } from './list-containers.ts';

/** Files into and out of containers, as tar streams. */
export function createArchives(client: EngineClient): Pick<EngineContainers, 'putArchive' | 'getArchive'> {
  return {
    async putArchive(id, path, tar) {
      try {
        await assertFolder(client, id, path);
        await client.run({ ...about(id, path, 'write'), method: 'PUT', tar, silenceMs: client.timeouts.idleMs });
      } finally {
        tar.destroy();
      }
    },
    async getArchive(id, path, signal) {
      const call = about(id, path, 'read');
      const bytes = await client.open({ ...call, method: 'GET', rests: true, ...(signal && { signal }) });
      return Readable.from(explainAbort(bytes, client.explain(call.toDo), signal), { objectMode: false });
    },
  };
}

/** An engine that refuses an upload may cut it before its words arrive, so the place is looked at first. */
async function assertFolder(client: EngineClient, id: string, path: string): Promise<void> {
  const headers = await client.run({ ...about(id, path, 'look at'), method: 'HEAD', accepts: [404, 500] });
  const stat = headers['x-docker-container-path-stat'];
  if (typeof stat !== 'string') {
    // The answer to a HEAD has no words: a missing container looks the same. Below a file, some engines say 500.
    await getContainerJson(client, id);
    throw new Problem('file-not-found', `There is no directory ${path} in container ${id}. Check the path.`);
  }
  if (!isFolder(stat))
    throw new Problem('file-not-found', `${path} in container ${id} is not a directory. Check the path.`);
}

/** Bit 31 of Go's file mode is for directories; a link may point to one, which the engine then finds out itself. */
function isFolder(stat: string): boolean {
  const { mode = 0, linkTarget = '' } = JSON.parse(Buffer.from(stat, 'base64').toString()) as {
    readonly mode?: number;
    readonly linkTarget?: string;
  };
  return mode >= 2 ** 31 || linkTarget !== '';
}

async function* explainAbort(
  bytes: AsyncIterable<Buffer>,
  doing: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void> {
  try {
    yield* bytes;
  } catch (error) {
    throw signal?.aborted ? renderCancelled(doing, signal) : error;
  }
}

function about(id: string, path: string, verb: string) {
  return {
    path: `/containers/${renderPathPart(id)}/archive`,
    query: { path },
    subject: 'file',
    toDo: `${verb} ${path} in container ${id}`,
  } as const;
}
