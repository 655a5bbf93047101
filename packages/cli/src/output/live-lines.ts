import type { OutputStream } from '../surroundings.ts';
import { cutText } from './text-width.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 80;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const clearToEnd = '\u001b[J';

/** One line of the block, drawn again and again with the spinner of the moment; the text of the frame is handed in. */
export type LiveLine = (spinner: string) => string;

/** A block of lines at the end of a terminal that are drawn anew while things happen. */
export class LiveLines {
  readonly #stream: OutputStream;
  readonly #lines = new Map<string, LiveLine>();
  #timer: NodeJS.Timeout | undefined;
  #drawn = 0;
  #frame = 0;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  /** Shows or replaces the line under this key. */
  set(key: string, line: LiveLine): void {
    this.#lines.set(key, line);
    this.#start();
    this.#draw();
  }

  /** Takes the line out of the block and lets something be written for good, above what is left of it. */
  settle(key: string, write: () => void): void {
    this.#lines.delete(key);
    this.#erase();
    write();
    if (this.#lines.size === 0) this.stop();
    else this.#draw();
  }

  /** Takes the block away and gives the cursor back. */
  stop(): void {
    this.#lines.clear();
    this.#erase();
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.write(showCursor);
  }

  #start(): void {
    if (this.#timer !== undefined) return;
    this.#stream.write(hideCursor);
    this.#timer = setInterval(() => {
      this.#frame += 1;
      this.#draw();
    }, frameMs).unref();
  }

  #draw(): void {
    const spinner = frames[this.#frame % frames.length] ?? '';
    const width = this.#stream.columns ?? 80;
    // More lines than the terminal has could not be reached again to be drawn over.
    const shown = [...this.#lines.values()].slice(0, (this.#stream.rows ?? 24) - 1);
    const block = shown.map((line) => `${cutText(line(spinner), width - 1)}\n`).join('');
    this.#stream.write(`${this.#upwards()}${clearToEnd}${block}`);
    this.#drawn = shown.length;
  }

  #erase(): void {
    if (this.#drawn > 0) this.#stream.write(`${this.#upwards()}${clearToEnd}`);
    this.#drawn = 0;
  }

  #upwards(): string {
    // A key that the terminal echoed, as ^C, has moved the cursor along its line.
    return this.#drawn === 0 ? '' : `\r\u001b[${this.#drawn}A`;
  }
}
