import { posix } from 'node:path';

/** What lies at a path. */
export type FileEntry =
  | { readonly kind: 'directory'; readonly mode: number }
  | { readonly kind: 'file'; readonly mode: number; readonly content: Buffer }
  | { readonly kind: 'link'; readonly mode: number; readonly target: string };

const emptyDirectory: FileEntry = { kind: 'directory', mode: 0o755 };

/** Files by absolute path. Directories above a file are there by themselves. */
export class FileTree {
  readonly #entries = new Map<string, FileEntry>([['/', emptyDirectory]]);

  constructor(directories: readonly string[] = []) {
    for (const path of directories) this.#entries.set(path, emptyDirectory);
  }

  find(path: string): FileEntry | undefined {
    return this.#entries.get(posix.resolve('/', path));
  }

  put(path: string, entry: FileEntry): void {
    const absolute = posix.resolve('/', path);
    const parent = posix.dirname(absolute);
    if (!this.#entries.has(parent)) this.put(parent, emptyDirectory);
    this.#entries.set(absolute, entry);
  }

  /** The entry at the path and all below, with paths from it: `''` for itself. */
  list(path: string): { readonly path: string; readonly entry: FileEntry }[] {
    const absolute = posix.resolve('/', path);
    const below = absolute === '/' ? '/' : `${absolute}/`;
    const found = [...this.#entries].filter(([at]) => at === absolute || at.startsWith(below));
    return found
      .map(([at, entry]) => ({ path: posix.relative(absolute, at), entry }))
      .toSorted((one, other) => (one.path < other.path ? -1 : 1));
  }
}
