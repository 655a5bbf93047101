import { defineCommand } from '../command.ts';
import { explainRefusal } from '../exec/explain-refusal.ts';
import type { RemoteCommand } from '../exec/exec-socket.ts';
import type { RemoteSinks } from '../exec/run-remote.ts';
import { hasTerminal, terminalSize } from '../exec/terminal.ts';
import { usageFailure } from '../failure.ts';
import { one, rest } from '../operand.ts';
import { negation, text } from '../option.ts';
import type { Session } from '../session.ts';

/** Runs a command in an instance. */
export const execCommand = defineCommand({
  summary: 'Run a command in a running instance',
  description:
    'In a terminal the command gets one too; what is piped in goes to it, and its exit code is ours. There is no shell unless you name one.',
  operands: { app: one('Its name.'), command: rest('The program and its arguments.') },
  options: {
    instance: text('--instance <id>', 'In this one; `berth status` shows the ids (default: one that takes traffic).'),
    user: text('--user <user[:group]>', 'As this user.'),
    workdir: text('--workdir </path>', 'In this folder.'),
    tty: negation('-T, --no-tty', 'Give it no terminal.'),
    stdin: negation('-N, --no-stdin', 'Give it no input: for loops that read the same input.'),
  },
  passesThrough: true,
  examples: [
    ['berth exec shop sh', 'A shell in the container, if it has one'],
    ['berth exec shop ls -la /data', 'A command; options behind the app are its own'],
    ['berth exec db pg_dump shop > shop.sql', 'Output into a file of yours'],
    ['berth exec -T db psql shop < shop.sql', 'A file of yours as its input'],
  ],
  async run({ operands, options, session }) {
    const command = operands.command[0] === '--' ? operands.command.slice(1) : operands.command;
    if (command.length === 0) throw usageFailure('Run what?', [`\`berth exec ${operands.app} sh\``]);
    const { instance, user, workdir, stdin } = options;
    const isInteractive = options.tty && stdin && !session.output.isJson && hasTerminal(session.world);
    const size = isInteractive ? terminalSize(session.world) : undefined;
    const remote = { app: operands.app, command, instance, user, workdir, stdin, size };
    return session.output.isJson ? collect(session, remote) : pass(session, remote);
  },
});

function pass(session: Session, remote: RemoteCommand): Promise<number> {
  const { output, errorOutput } = session.world;
  return run(session, remote, { stdout: (bytes) => output.write(bytes), stderr: (bytes) => errorOutput.write(bytes) });
}

/** One document for a program: what was written, and the exit code. */
async function collect(session: Session, remote: RemoteCommand): Promise<number> {
  const [out, err]: [Uint8Array[], Uint8Array[]] = [[], []];
  const exit = await run(session, remote, { stdout: (bytes) => out.push(bytes), stderr: (bytes) => err.push(bytes) });
  const [stdout, stderr] = [out, err].map((chunks) => Buffer.concat(chunks).toString('utf8'));
  session.output.print({ exit, stdout, stderr }, () => '');
  return exit;
}

async function run(session: Session, remote: RemoteCommand, sinks: RemoteSinks): Promise<number> {
  // Schemas come with it, whose loading would slow every other command down.
  const { HandshakeRefused, RemoteProblem, runRemote } = await import('../exec/run-remote.ts');
  const daemon = await session.daemon();
  try {
    return await runRemote(session.world, { place: daemon.place, remote, sinks, signal: session.signal });
  } catch (error) {
    if (error instanceof RemoteProblem) throw daemon.refusal(error.document, 0);
    if (error instanceof HandshakeRefused) throw await explainRefusal(session, remote);
    throw error;
  }
}
