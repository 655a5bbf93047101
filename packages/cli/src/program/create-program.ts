import { type Argument, Command } from 'commander';
import { type CommandGroup, type CommandTable, isGroup } from '../command.ts';
import { addCommand } from './add-command.ts';
import { createOption } from './create-option.ts';
import { globalOptions } from './global-option.ts';
import type { ProgramOptions } from './program-options.ts';

const purpose = 'Berth gives every container a place to dock: an address, an owner, a desired state and a record.';

const firstSteps = [
  ['berth serve', 'Start the daemon on this machine'],
  ['berth deploy hello --image nginx:1.29', 'Deploy an image, and get its address'],
  ['berth ls', 'See what runs'],
  ['berth deploy --help', 'Learn more about one command'],
] as const;

/** The parser and its help, made from the tables of commands. What it cannot parse it throws as a `CommanderError`. */
export function createProgram(options: ProgramOptions): Command {
  const program = prepare(new Command('berth'), options)
    .description(purpose)
    .enablePositionalOptions()
    .version(options.version, '-V, --version', 'Print the version.')
    .helpOption('-h, --help', 'Print this.')
    .addHelpText('after', renderFirstSteps(options));
  addGlobalOptions(program);
  for (const [section, table] of Object.entries(options.sections))
    addTable(program, { heading: `${section}:`, table }, options);
  return program;
}

function renderFirstSteps({ paint }: ProgramOptions): string {
  const lines = firstSteps.map(([words, meaning]) => `  ${words.padEnd(40)}${paint('dim', meaning)}`);
  return `\n${paint('strong', 'Examples:')}\n${lines.join('\n')}`;
}

interface TablePlace {
  readonly heading: string;
  readonly table: CommandTable;
}

function addTable(program: Command, { heading, table }: TablePlace, options: ProgramOptions): void {
  for (const [name, entry] of Object.entries(table)) {
    if (isGroup(entry)) addGroup(program, { name, heading, group: entry }, options);
    else addCommand(program, { name, heading, definition: entry }, options);
  }
}

interface GroupPlace {
  readonly name: string;
  readonly heading: string;
  readonly group: CommandGroup;
}

function addGroup(program: Command, { name, heading, group }: GroupPlace, options: ProgramOptions): void {
  const names = [name, ...(group.aliases ?? [])];
  const command = program.command(name).summary(group.summary).description(`${group.summary}.`).helpGroup(heading);
  command.aliases(names.slice(1)).helpCommand(false).helpOption('-h, --help', 'Print this.').enablePositionalOptions();
  addGlobalOptions(command);
  const isBare = names.some((one) => isCalledBare(one, options.words));
  for (const [child, definition] of Object.entries(group.commands)) {
    addCommand(command, { name: child, definition, isUsual: isBare && child === group.usual }, options);
  }
}

function addGlobalOptions(command: Command): void {
  for (const one of Object.values(globalOptions)) command.addOption(createOption(one));
}

/** `berth tokens` and `berth tokens --json`, but not `berth tokens crate`, which is a slip and no `ls`. */
function isCalledBare(name: string, words: readonly string[]): boolean {
  const follower = words[words.indexOf(name) + 1];
  const isHelp = follower === '-h' || follower === '--help';
  return words.includes(name) && (follower === undefined || (follower.startsWith('-') && !isHelp));
}

/** Settings that commands below inherit. */
function prepare(program: Command, { write, width, paint }: ProgramOptions): Command {
  const hasColors = paint('strong', '') !== '';
  return program
    .exitOverride()
    .helpCommand(false)
    .configureOutput({
      writeOut: write,
      writeErr: write,
      outputError: () => {},
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
      getOutHasColors: () => hasColors,
      getErrHasColors: () => hasColors,
    })
    .configureHelp({
      subcommandTerm: renderCommand,
      optionDescription: ({ description }) => description,
      styleTitle: (text) => paint('strong', text),
      styleCommandText: (text) => paint('link', text),
      styleSubcommandText: (text) => paint('link', text),
      styleOptionText: (text) => paint('link', text),
    });
}

/** A command and its operands, as the list of commands shows them: aliases and options would only hide what matters. */
function renderCommand(command: Command): string {
  return [command.name(), ...command.registeredArguments.map(renderOperand)].join(' ');
}

function renderOperand(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}
