import { Argument, type Command } from 'commander';
import type { AnyCommand, Example } from '../command.ts';
import { usageFailure } from '../failure.ts';
import type { OperandDefinition, OperandTable } from '../operand.ts';
import { createOption, readOptions } from './create-option.ts';
import { globalOptions } from './global-option.ts';
import type { Invocation, ProgramOptions } from './program-options.ts';

/** One command: what it is called, where in the help it stands, whether it is meant when its group is called alone. */
export interface NamedCommand {
  readonly name: string;
  readonly definition: AnyCommand;
  readonly heading?: string;
  readonly isUsual?: boolean;
}

const everyCommand = 'Options of every command:';

/** Adds one command with its operands, options and examples to the parser. */
export function addCommand(
  parent: Command,
  { name, definition, heading, isUsual }: NamedCommand,
  options: ProgramOptions,
): void {
  const command = parent.command(name, isUsual === true ? { isDefault: true } : {});
  describe(command, definition, options);
  if (heading !== undefined) command.helpGroup(heading);
  if (definition.passesThrough === true) command.passThroughOptions();
  for (const one of operandArguments(definition)) command.addArgument(one);
  if (definition.trailing !== undefined) command.usage(renderUsage(definition));
  for (const one of Object.values(definition.options ?? {})) command.addOption(createOption(one));
  for (const one of Object.values(globalOptions)) command.addOption(createOption(one).helpGroup(everyCommand));
  command.action(() => options.run(readInvocation(command, definition)));
}

function describe(command: Command, definition: AnyCommand, options: ProgramOptions): void {
  const { summary, description, aliases = [], examples } = definition;
  command.summary(summary).description(description === undefined ? `${summary}.` : `${summary}.\n\n${description}`);
  command.aliases([...aliases]).helpOption('-h, --help', 'Print this.');
  command.addHelpText('after', renderExamples(examples, options));
}

/** `  berth ls   See everything`, aligned; one below the other where that would be too wide. */
function renderExamples(examples: readonly Example[], { width, paint }: ProgramOptions): string {
  const widest = Math.max(...examples.map(([words]) => words.length));
  const isWide = examples.some(([, meaning]) => widest + meaning.length + 5 > width);
  const lines = examples.map(([words, meaning]) =>
    isWide ? `  ${words}\n      ${paint('dim', meaning)}` : `  ${words.padEnd(widest)}   ${paint('dim', meaning)}`,
  );
  return `\n${paint('strong', 'Examples:')}\n${lines.join('\n')}`;
}

function operandArguments({ operands = {}, trailing }: AnyCommand): readonly Argument[] {
  const own = Object.entries(operands).map(([name, operand]) => createArgument(name, operand));
  return trailing === undefined ? own : [...own, new Argument(`[${trailing.name}...]`, trailing.summary)];
}

/** The usual line would hide that the last words need `--` in front. */
function renderUsage({ operands = {}, trailing }: AnyCommand): string {
  const own = Object.entries(operands).map(([name, { isRequired }]) => (isRequired ? `<${name}>` : `[${name}]`));
  return ['[options]', ...own, `[-- ${trailing?.name ?? ''}...]`].join(' ');
}

function createArgument(name: string, { summary, isRequired, isVariadic }: OperandDefinition<unknown>): Argument {
  const label = `${name}${isVariadic ? '...' : ''}`;
  return new Argument(isRequired ? `<${label}>` : `[${label}]`, summary);
}

function readInvocation(command: Command, definition: AnyCommand): Invocation {
  const { operands = {}, options = {} } = definition;
  const found = command.optsWithGlobals();
  const { before, trailing } = splitWords(command, definition);
  return {
    command: definition,
    operands: readOperands(operands, before),
    options: readOptions(options, found),
    trailing,
    globals: readOptions(globalOptions, found),
  };
}

interface Words {
  readonly before: readonly string[];
  readonly trailing: readonly string[];
}

/** The parser tells operands from those behind `--` no more; the words themselves do. A `--` may also be an option's value. */
function splitWords({ args, parent }: Command, { trailing }: AnyCommand): Words {
  const words = trailing === undefined || parent === null ? [] : wordsOf(parent);
  const tails = words.flatMap((word, at) => (word === '--' ? [words.slice(at + 1)] : []));
  const behind = tails.find((tail) => tail.every((word, at) => word === args[args.length - tail.length + at])) ?? [];
  return { before: args.slice(0, args.length - behind.length), trailing: behind };
}

function wordsOf(command: Command): readonly string[] {
  return command.parent === null
    ? (command as Command & { readonly rawArgs: readonly string[] }).rawArgs
    : wordsOf(command.parent);
}

function readOperands(table: OperandTable, words: readonly string[]): Record<string, unknown> {
  const entries = Object.entries(table);
  const isOpen = entries.some(([, { isVariadic }]) => isVariadic);
  if (!isOpen && words.length > entries.length) {
    const nextStep = 'A command for the container stands behind `--`.';
    throw usageFailure(`"${words[entries.length]}" is one word too many`, [nextStep]);
  }
  return Object.fromEntries(
    entries.map(([name, { isVariadic }], at) => [name, isVariadic ? words.slice(at) : words[at]]),
  );
}
