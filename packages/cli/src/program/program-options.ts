import type { AnyCommand, CommandTable } from '../command.ts';
import type { Paint } from '../output/paint.ts';
import type { GlobalOptions } from './global-option.ts';

/** What the parser needs of its surroundings. */
export interface ProgramOptions {
  readonly sections: Readonly<Record<string, CommandTable>>;
  /** The words that will be parsed: they tell whether a group is called without one of its commands. */
  readonly words: readonly string[];
  readonly run: (invocation: Invocation) => Promise<void>;
  readonly write: (text: string) => void;
  readonly width: number;
  readonly paint: Paint;
  readonly version: string;
}

/** A command line that was understood. */
export interface Invocation {
  readonly command: AnyCommand;
  readonly operands: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly trailing: readonly string[];
  readonly globals: GlobalOptions;
}
