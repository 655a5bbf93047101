import type { OutputStream } from '../surroundings.ts';

const home = '\u001b[H';
const clearLine = '\u001b[K';
const clearBelow = '\u001b[J';
const enter = '\u001b[?1049h\u001b[?25l';
const leave = '\u001b[?25h\u001b[?1049l';

/** A whole terminal that is drawn again and again, and given back as it was. */
export class Screen {
  readonly #stream: OutputStream;

  constructor(stream: OutputStream) {
    this.#stream = stream;
    stream.write(enter);
  }

  draw(text: string): void {
    const rows = (this.#stream.rows ?? 24) - 1;
    const lines = text
      .split('\n')
      .slice(0, rows)
      .map((line) => `${line}${clearLine}\n`);
    this.#stream.write(`${home}${lines.join('')}${clearBelow}`);
  }

  close(): void {
    this.#stream.write(leave);
  }
}
