import { readFileSync } from 'node:fs';
import { parseRoutes } from '../core/edge-control.ts';
import type { EdgeRoute } from '../core/route-table.ts';
import { errorFacts, type Log } from './log.ts';
import { replaceFile } from './replace-file.ts';

/** The last routes on disk. A write in progress and one to come are all there ever is, however many changes come. */
export class RouteFile {
  readonly #path: string;
  readonly #list: () => readonly EdgeRoute[];
  readonly #log: Log;
  #isDirty = false;
  #isBehind = false;
  #writing: Promise<void> | undefined;

  constructor(path: string, list: () => readonly EdgeRoute[], log: Log) {
    this.#path = path;
    this.#list = list;
    this.#log = log;
  }

  /** Empty when the file is absent or cannot be understood: the control process brings the routes again. */
  load(): readonly EdgeRoute[] {
    try {
      const routes = parseRoutes(JSON.parse(readFileSync(this.#path, 'utf8')));
      if (routes !== undefined) return routes;
      this.#log('error', 'the route file holds something else', { file: this.#path });
    } catch (error) {
      const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
      this.#log(
        isAbsent ? 'info' : 'error',
        isAbsent ? 'there is no route file yet' : 'the route file cannot be read',
        errorFacts(error),
      );
    }
    return [];
  }

  /** The routes have changed. */
  touch(): void {
    this.#isDirty = true;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves once the last change is on the disk, or has failed to get there; false in that case. */
  async flush(): Promise<boolean> {
    await this.#writing;
    return !this.#isBehind;
  }

  async #write(): Promise<void> {
    while (this.#isDirty) {
      // The changes of one burst come in one turn of the event loop or a few.
      await new Promise((resolve) => void setTimeout(resolve, 20));
      this.#isDirty = false;
      this.#isBehind = false;
      await replaceFile(this.#path, JSON.stringify(this.#list())).catch((error: unknown) => {
        this.#isBehind = true;
        this.#log('error', 'the route file cannot be written', { file: this.#path, ...errorFacts(error) });
      });
    }
  }
}
