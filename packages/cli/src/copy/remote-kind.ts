import type { Daemon } from '../connection/daemon.ts';
import { Failure } from '../failure.ts';
import { readTar } from '../tar/read-tar.ts';

/** A path in an app, in one instance where one is named. */
export interface RemotePath {
  readonly app: string;
  readonly path: string;
  readonly instance: string | undefined;
}

export const tarType = 'application/x-tar';

export function filesPath(app: string): string {
  return `/v1/apps/${encodeURIComponent(app)}/files`;
}

/** What is at a path in an instance: the first header of its archive says it, and no more is read. */
export async function findRemoteKind(
  daemon: Daemon,
  { app, path, instance }: RemotePath,
): Promise<'folder' | 'other' | undefined> {
  // The root is always there, and the API cannot name it.
  if (path === '/') return 'folder';
  try {
    const chunks = await daemon.stream({ path: filesPath(app), query: { path, instance }, accept: tarType });
    for await (const { entry } of readTar(chunks)) return entry.kind === 'folder' ? 'folder' : 'other';
    return undefined;
  } catch (error) {
    if (error instanceof Failure && error.complaint.document['code'] === 'file-not-found') return undefined;
    throw error;
  }
}
