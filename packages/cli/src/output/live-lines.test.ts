import { expect, test } from 'vitest';
import type { OutputStream } from '../surroundings.ts';
import { LiveLines } from './live-lines.ts';

/** A terminal that knows what Berth uses: the start of a line, up, and clear to the end. */
class Terminal {
  readonly rows = 10;
  columns = 40;
  lines: string[] = [''];
  hidden = false;
  #row = 0;
  #column = 0;

  write(text: string): boolean {
    for (const [token, up] of text.matchAll(/\u001b\[(\d*)A|\u001b\[J|\u001b\[\?25[lh]|\r|\n|[^\u001b\r\n]+/g))
      this.#take(token, up);
    return true;
  }

  get shown(): readonly string[] {
    return this.lines.map((line) => line.trimEnd());
  }

  #take(token: string, up: string | undefined): void {
    if (token.endsWith('A') && up !== undefined) this.#row = Math.max(0, this.#row - Number(up));
    else if (token === '\u001b[J')
      this.lines = [...this.lines.slice(0, this.#row), (this.lines[this.#row] ?? '').slice(0, this.#column)];
    else if (token.startsWith('\u001b[?25')) this.hidden = token.endsWith('l');
    else if (token === '\r') this.#column = 0;
    else if (token === '\n') this.#newLine();
    else this.#print(token);
  }

  #newLine(): void {
    this.#row += 1;
    this.#column = 0;
    while (this.lines.length <= this.#row) this.lines.push('');
  }

  #print(text: string): void {
    const line = (this.lines[this.#row] ?? '').padEnd(this.#column);
    this.lines[this.#row] = line.slice(0, this.#column) + text + line.slice(this.#column + text.length);
    this.#column += text.length;
  }
}

function setUp() {
  const terminal = new Terminal();
  return { terminal, live: new LiveLines(terminal as unknown as OutputStream) };
}

test('lines are drawn over each other, and what is settled stays above them', () => {
  const { terminal, live } = setUp();
  live.set('a', () => 'a 1');
  live.set('b', () => 'b 1');
  live.set('a', () => 'a 2');
  expect(terminal.shown).toEqual(['a 2', 'b 1', '']);
  expect(terminal.hidden).toBe(true);
  live.settle('a', () => terminal.write('a done\n'));
  expect(terminal.shown).toEqual(['a done', 'b 1', '']);
  live.settle('b', () => terminal.write('b done\n'));
  expect(terminal.shown).toEqual(['a done', 'b done', '']);
  expect(terminal.hidden).toBe(false);
});

test('a key that the terminal echoes leaves no trace', () => {
  const { terminal, live } = setUp();
  live.set('a', () => 'waiting');
  terminal.write('^C');
  live.stop();
  expect(terminal.shown).toEqual(['']);
  expect(terminal.hidden).toBe(false);
});

test('a line never wraps, and there are never more than the terminal has', () => {
  const { terminal, live } = setUp();
  for (let at = 0; at < 20; at += 1) live.set(String(at), () => 'x'.repeat(100));
  expect(terminal.shown.length).toBe(terminal.rows);
  expect(terminal.shown[0]).toBe(`${'x'.repeat(terminal.columns - 2)}…`);
  live.stop();
  expect(terminal.shown).toEqual(['']);
});
