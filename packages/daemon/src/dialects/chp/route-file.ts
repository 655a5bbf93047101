import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { z } from 'zod';
import type { KeptRoute, RouteKeeper } from './route-board.ts';
import { SharedTurn } from './shared-turn.ts';

const Kept = z.object({
  path: z.string().startsWith('/'),
  data: z.looseObject({ target: z.string() }),
  sinceMs: z.number(),
});

/** Routes in one file, so that a restart of the daemon forgets none. */
export class RouteFile implements RouteKeeper {
  readonly #path: string;
  readonly #turn = new SharedTurn(() => this.#write());
  #routes: readonly KeptRoute[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws when the file holds something else: written over, its routes would be lost. */
  load(): readonly KeptRoute[] {
    try {
      return z.array(Kept).parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new Error(`The routes of the dialect chp cannot be read from ${this.#path}: repair or remove it.`, {
        cause: error,
      });
    }
  }

  save(routes: readonly KeptRoute[]): Promise<void> {
    this.#routes = routes;
    return this.#turn.ask();
  }

  /** Beside the old file, on the disk, then in its place: whoever reads sees all of one of the two. */
  async #write(): Promise<void> {
    const beside = `${this.#path}.new`;
    const file = await open(beside, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(this.#routes));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, this.#path);
  }
}
