import type { OperandTable, OperandValues } from './operand.ts';
import type { OptionTable, OptionValues } from './option.ts';
import type { Session } from './session.ts';

/** One command, as data: what it is called with, how it is explained, and what it does. */
export interface CommandDefinition<Operands extends OperandTable, Options extends OptionTable> {
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What the summary leaves out. */
  readonly description?: string;
  readonly aliases?: readonly string[];
  readonly operands?: Operands;
  readonly options?: Options;
  readonly examples: readonly Example[];
  /** What may stand behind `--`. */
  readonly trailing?: { readonly name: string; readonly summary: string };
  /** True: what follows the first operand belongs to another program, options too. */
  readonly passesThrough?: boolean;
  /** Gives the exit code; throws a `Failure`. */
  run(call: Call<OperandValues<Operands>, OptionValues<Options>>): Promise<number>;
}

export type Example = readonly [words: string, meaning: string];

/** A command line, parsed. */
interface Call<Operands, Options> {
  readonly operands: Operands;
  readonly options: Options;
  /** The words behind `--`. */
  readonly trailing: readonly string[];
  readonly session: Session;
}

/** A command of whatever shape, as the parser and the reference see it. */
export interface AnyCommand extends Omit<CommandDefinition<OperandTable, OptionTable>, 'run'> {
  run(call: AnyCall): Promise<number>;
}

type AnyCall = Call<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>;

/** Commands about one thing: `berth domains add`. */
export interface CommandGroup {
  readonly summary: string;
  readonly aliases?: readonly string[];
  readonly commands: Readonly<Record<string, AnyCommand>>;
  /** The command that is meant when none is named. */
  readonly usual?: string;
}

export type CommandTable = Readonly<Record<string, AnyCommand | CommandGroup>>;

type Nothing = Readonly<Record<string, never>>;

/** Ties what a command is called with to what its `run` gets. */
export function defineCommand<
  const Operands extends OperandTable = Nothing,
  const Options extends OptionTable = Nothing,
>(definition: CommandDefinition<Operands, Options>): AnyCommand {
  return definition;
}

export function isGroup(entry: AnyCommand | CommandGroup): entry is CommandGroup {
  return 'commands' in entry;
}
