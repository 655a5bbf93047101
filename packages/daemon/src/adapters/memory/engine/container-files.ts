import { posix } from 'node:path';
import type { ContainerRequest } from '../../../core/container.ts';
import { type FileEntry, FileTree } from './file-tree.ts';
import { refuse } from './refusal.ts';
import type { TarEntry } from './tar.ts';

/** The files a container sees: its own, and those of its volumes at their places. */
export class ContainerFiles {
  readonly #mounts: readonly { readonly path: string; readonly files: FileTree }[];
  /** Made when somebody looks: most containers never have a file of their own. */
  #own: FileTree | undefined;

  constructor(volumes: ContainerRequest['volumes'], findVolume: (name: string) => FileTree) {
    const mounts = volumes.map(({ volume, path }) => ({ path: posix.resolve('/', path), files: findVolume(volume) }));
    this.#mounts = mounts.toSorted((one, other) => other.path.length - one.path.length);
  }

  find(path: string): FileEntry | undefined {
    const place = this.#place(path);
    return place.files.find(place.path);
  }

  unpack(path: string, entries: readonly TarEntry[]): void {
    if (this.find(path)?.kind !== 'directory') throw refuse.noFile(path);
    for (const { path: below, entry } of entries) {
      const place = this.#place(posix.join(path, below));
      place.files.put(place.path, entry);
    }
  }

  pack(path: string): TarEntry[] {
    const place = this.#place(path);
    const name = posix.basename(posix.resolve('/', path));
    const found = place.files.list(place.path);
    if (found.length === 0) throw refuse.noFile(path);
    return found.map(({ path: below, entry }) => ({ path: posix.join(name, below), entry }));
  }

  #place(path: string): { readonly files: FileTree; readonly path: string } {
    const absolute = posix.resolve('/', path);
    const mount = this.#mounts.find((other) => absolute === other.path || absolute.startsWith(`${other.path}/`));
    if (mount !== undefined) return { files: mount.files, path: posix.join('/', posix.relative(mount.path, absolute)) };
    this.#own ??= new FileTree(['/bin', '/etc', '/tmp', '/www']);
    return { files: this.#own, path: absolute };
  }
}
