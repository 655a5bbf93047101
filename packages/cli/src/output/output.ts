import type { Surroundings } from '../surroundings.ts';
import { LiveLines } from './live-lines.ts';
import { choosePaint, type Paint } from './paint.ts';
import type { TableStyle } from './table.ts';

/** What a command says: results to standard output, one document or one text; everything else to standard error. */
export class Output {
  /** True: standard output is for a program. */
  readonly isJson: boolean;
  readonly paint: Paint;
  readonly notePaint: Paint;
  /** The block of moving lines on standard error; undefined where that is no terminal. */
  readonly live: LiveLines | undefined;
  readonly #world: Surroundings;

  constructor(world: Surroundings, isJson: boolean) {
    this.#world = world;
    this.isJson = isJson;
    this.paint = choosePaint(world.output, world.environment);
    this.notePaint = choosePaint(world.errorOutput, world.environment);
    const canMove = world.errorOutput.isTTY === true && world.environment['TERM'] !== 'dumb';
    this.live = canMove ? new LiveLines(world.errorOutput) : undefined;
  }

  /** True: a person reads standard output as it is written. */
  get isTerminal(): boolean {
    return !this.isJson && this.#world.output.isTTY === true;
  }

  get tableStyle(): TableStyle {
    return { paint: this.paint, width: this.#world.output.isTTY === true ? this.#world.output.columns : undefined };
  }

  get rows(): number {
    return this.#world.output.rows ?? 24;
  }

  /** The result: a document for programs, a text for people. Called once, or once for each item of a stream. */
  print(document: unknown, renderText: () => string): void {
    this.write(this.isJson ? JSON.stringify(document) : renderText());
  }

  /** One line, or several, of the result. Nothing for an empty text. */
  write(text: string): void {
    if (text !== '') this.#world.output.write(`${text}\n`);
  }

  /** Bytes of the result as they are. */
  writeRaw(bytes: Uint8Array | string): boolean {
    return this.#world.output.write(bytes);
  }

  /** Something beside the result, for a person. */
  note(text: string): void {
    this.#world.errorOutput.write(`${text}\n`);
  }
}
