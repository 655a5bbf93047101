import { CommanderError } from 'commander';
import { sections } from './command-table.ts';
import { exitCode } from './exit-code.ts';
import { Failure, interruption, localFailure, usageFailure } from './failure.ts';
import { Output } from './output/output.ts';
import { choosePaint } from './output/paint.ts';
import { createProgram } from './program/create-program.ts';
import type { Invocation } from './program/program-options.ts';
import { renderComplaint } from './render/complaint.ts';
import { Session } from './session.ts';
import type { Surroundings } from './surroundings.ts';

/** Runs one command line and gives the exit code; everything thrown ends here, as words for a person or for a program. */
export async function runBerth(world: Surroundings, signal: AbortSignal): Promise<number> {
  try {
    return await parseAndRun(world, signal);
  } catch (error) {
    if (isHelp(error)) return world.arguments.length === 0 || error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    return complain(world, signal.aborted && !(error instanceof Failure) ? interruption() : failureOf(error));
  }
}

async function parseAndRun(world: Surroundings, signal: AbortSignal): Promise<number> {
  let code: number = exitCode.ok;
  const run = async ({ command, globals, ...call }: Invocation): Promise<void> => {
    code = await command.run({ ...call, session: new Session(world, globals, signal) });
  };
  const program = createProgram({
    sections,
    words: world.arguments,
    run,
    write: (text) => world.output.write(text),
    width: Math.min(world.output.columns ?? 100, 120),
    paint: choosePaint(world.output, world.environment),
    version: world.version,
  });
  await program.parseAsync(world.arguments, { from: 'user' });
  return code;
}

function complain(world: Surroundings, { complaint }: Failure): number {
  const output = new Output(world, asksForJson(world.arguments));
  // Ctrl-C is the way to end what follows for ever: there is nothing to say about it.
  if (complaint.exitCode === exitCode.interrupted && (complaint.nextSteps ?? []).length === 0)
    return complaint.exitCode;
  if (output.isJson) output.write(JSON.stringify(complaint.document));
  output.note(renderComplaint(complaint, output.notePaint));
  return complaint.exitCode;
}

/** What could not be parsed may still say that a program reads the answer. */
function asksForJson(words: readonly string[]): boolean {
  const dashes = words.indexOf('--');
  return words.slice(0, dashes < 0 ? words.length : dashes).includes('--json');
}

function isHelp(error: unknown): error is CommanderError {
  return (
    error instanceof CommanderError &&
    ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(error.code)
  );
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof CommanderError) return misunderstood(error.message);
  const detail = error instanceof Error ? error.message : String(error);
  return localFailure('unexpected', { title: 'Something went wrong inside berth', detail }, error);
}

/** `error: unknown command 'x'\n(Did you mean y?)` → a sentence and the way on. */
function misunderstood(message: string): Failure {
  const [first = '', ...more] = message.replace(/^error: /, '').split('\n');
  const suggestions = more.map((line) => line.replace(/^\((.*)\)$/, '$1')).filter((line) => line !== '');
  const title = `${first.charAt(0).toUpperCase()}${first.slice(1)}`.replaceAll("'", '"');
  return usageFailure(title, [
    ...suggestions,
    '`berth --help` lists the commands, `berth COMMAND --help` explains one.',
  ]);
}
