import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '../../../test/harness/free-port.ts';
import { guardProcess } from '../../../test/harness/guardian.ts';
import { listChildren } from '../proxy/contestant.ts';
import { renderNginxBase } from '../proxy/nginx.ts';
import { startProgram } from '../proxy/program.ts';
import { smallPage } from './small-page.ts';

/** Bodies of these sizes lie at these paths. */
const largeBodies = { '/1m': 1024 * 1024, '/100m': 100 * 1024 * 1024 } as const;

export interface Backend {
  readonly port: number;
  stop(): Promise<void>;
}

/** The cheapest there is: nginx with a small page from memory at `/small`, large ones from files, and `/seen`. */
export async function startStaticBackend(folder: string, core: string): Promise<Backend> {
  const port = await findFreePort();
  const files = join(folder, 'files');
  mkdirSync(files, { recursive: true });
  for (const [path, sizeBytes] of Object.entries(largeBodies)) {
    writeFileSync(join(files, path), '');
    truncateSync(join(files, path), sizeBytes);
  }
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, renderBackend(folder, files, port));
  const args = ['-c', config, '-e', join(folder, 'error.log'), '-g', 'daemon off;'];
  const child = await startProgram({ command: 'nginx', args, core, logPath: join(folder, 'log'), port });
  for (const pid of listChildren(child.pid)) guardProcess(pid);
  return { port, stop: () => child.end(5_000) };
}

/** `/seen` tells which headers came with the request. */
function renderBackend(folder: string, files: string, port: number): string {
  return `${renderNginxBase(folder)}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    root ${files};
    location = /small { return 200 "${smallPage}"; }
    location = /seen { return 200 "$http_host $http_x_forwarded_for $http_x_forwarded_proto"; }
  }
}
`;
}
