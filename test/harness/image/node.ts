import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { TarEntry } from '../../../scripts/tar.ts';
import type { ImageSource } from './source.ts';

const SOURCES = [new URL('./server.ts', import.meta.url), new URL('./frames.ts', import.meta.url)];

/** The Node that runs the tests with the shared libraries it needs: no registry is asked. */
export function describeNodeRuntime(): ImageSource {
  return { dockerfile: 'FROM scratch\nCOPY root /\nCMD ["/bin/node"]', files: listRuntime() };
}

/** The application of `server.ts`, which says what it answers. */
export function describeNodeImage(version: number): ImageSource {
  const lines = [
    'FROM berth-test/node-runtime:1',
    'COPY server.ts frames.ts /',
    `ENV VERSION=${version}`,
    'EXPOSE 8080',
    'CMD ["/bin/node", "/server.ts"]',
  ];
  return {
    dockerfile: lines.join('\n'),
    files: SOURCES.map((url) => ({ path: basename(url.pathname), content: readFileSync(url) })),
  };
}

/** A path is kept as the loader will look for it: the interpreter's is written into the binary. */
function listRuntime(): TarEntry[] {
  const paths = ['/bin/node', ...listLibraries()];
  const sources = new Map(paths.map((path) => [path, path === '/bin/node' ? process.execPath : path]));
  const folders = new Set([...paths.flatMap(listParents), '/tmp']);
  const files = [...sources].map(([path, source]) => ({
    path: `root${path}`,
    content: readFileSync(source),
    mode: 0o755,
  }));
  return [{ path: 'root' }, ...[...folders].toSorted().map((folder) => ({ path: `root${folder}` })), ...files];
}

function listLibraries(): string[] {
  const lines = execFileSync('ldd', [process.execPath], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
}

function listParents(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
