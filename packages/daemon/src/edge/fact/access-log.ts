import { type FileHandle, open, rename } from 'node:fs/promises';
import type { AccessLogWish } from '../../core/edge-manners.ts';
import { errorFacts, type Log } from '../log.ts';

const FLUSH_MS = 1_000;
const BATCH_CHARS = 64 * 1024;
/** What waits for a disk that does not take it; what comes beyond is counted, not kept. */
const MOST_WAITING_CHARS = 8 * 1024 * 1024;

/** One request or tunnel that is over. */
export interface AccessRecord {
  readonly time: string;
  readonly app: string;
  readonly visitor: string;
  readonly method: string;
  readonly host: string;
  /** Without the query, which may hold secrets. */
  readonly path: string;
  readonly status: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly milliseconds: number;
}

/** JSON lines, written in batches: a request costs one line in memory, and a disk that stalls costs lines, never requests. */
export class AccessLog {
  readonly #wish: AccessLogWish;
  readonly #log: Log;
  #waiting: string[] = [];
  #waitingChars = 0;
  #lost = 0;
  #file: FileHandle | undefined;
  #fileBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(wish: AccessLogWish, log: Log) {
    this.#wish = wish;
    this.#log = log;
  }

  add(record: AccessRecord): void {
    if (this.#waitingChars > MOST_WAITING_CHARS) {
      this.#lost += 1;
      return;
    }
    const line = `${JSON.stringify(record)}\n`;
    this.#waiting.push(line);
    this.#waitingChars += line.length;
    if (this.#waitingChars >= BATCH_CHARS) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), FLUSH_MS).unref();
  }

  /** Resolves once all that was added is in the file, or could not be written. */
  async close(): Promise<void> {
    this.#write();
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const text = this.#waiting.join('');
      this.#waiting = [];
      this.#waitingChars = 0;
      await this.#append(Buffer.from(text)).catch((error: unknown) => {
        this.#log('error', 'the access log cannot be written', { file: this.#wish.file, ...errorFacts(error) });
      });
    }
    if (this.#lost > 0)
      this.#log('warn', 'lines of the access log were lost: the disk is too slow', { lines: this.#lost });
    this.#lost = 0;
  }

  async #append(bytes: Buffer): Promise<void> {
    const file = this.#file ?? (await this.#open());
    await file.appendFile(bytes);
    this.#fileBytes += bytes.length;
    if (this.#fileBytes >= this.#wish.maxBytes) await this.#rotate();
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.#wish.file, 'a', 0o640);
    this.#file = file;
    this.#fileBytes = (await file.stat()).size;
    return file;
  }

  async #rotate(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    const { file, files } = this.#wish;
    const name = (age: number): string => (age === 0 ? file : `${file}.${age}`);
    for (let age = files; age > 0; age -= 1) await rename(name(age - 1), name(age)).catch(ignoreAbsent);
    if (files === 0) await (await open(file, 'w', 0o640)).close();
  }
}

function ignoreAbsent(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
