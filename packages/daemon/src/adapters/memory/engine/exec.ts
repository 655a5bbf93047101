import { Writable } from 'node:stream';
import type { ExecRequest, ExecSession } from '../../../ports/engine.ts';
import type { MemoryContainer } from './container.ts';
import { findContent } from './life.ts';
import { type MemoryProcess, runProgram } from './program.ts';
import { refuse } from './refusal.ts';
import { findProgram } from './shell.ts';
import { StreamQueue } from './stream-queue.ts';
import { createTerminal } from './terminal.ts';
import type { World } from './world.ts';

const NOT_FOUND = 126;

type Output = StreamQueue<{ readonly stream: 'stdout' | 'stderr'; readonly data: Buffer }>;

/** Runs a command inside a running container. */
export function execute(world: World, container: MemoryContainer, request: ExecRequest): ExecSession {
  const { state, id } = container.view;
  if (state !== 'running') throw refuse.conflict(`Container ${id} is ${state === 'paused' ? 'paused' : 'not running'}`);
  const output: Output = new StreamQueue();
  const input = new StreamQueue<Buffer>();
  const ended = run(world, container, { request, output, input });
  void ended.then(() => output.end());
  if (!request.stdin) input.end();
  const abort = new AbortController();
  return {
    stdin: request.stdin ? createStdin(request, input, output) : null,
    output: world.gate.hold(output, abort.signal),
    resize: world.gate.guard('containers.exec.resize', () => {}),
    exitCode: () => ended,
    destroy: () => abort.abort(),
  };
}

interface Streams {
  readonly request: ExecRequest;
  readonly output: Output;
  readonly input: StreamQueue<Buffer>;
}

async function run(world: World, container: MemoryContainer, { request, output, input }: Streams): Promise<number> {
  const write: MemoryProcess['write'] = (stream, text) => {
    const data = request.tty ? Buffer.from(text.toString().replaceAll('\n', '\r\n')) : Buffer.from(text);
    output.push({ stream: request.tty ? 'stdout' : stream, data });
  };
  const program = findProgram(request.command);
  if (program === undefined) {
    write('stdout', `OCI runtime exec failed: exec: "${request.command[0]}": executable file not found in $PATH\n`);
    return NOT_FOUND;
  }
  const process = {
    command: request.command,
    env: { ...container.request.env, ...request.env },
    workingDirectory: request.workingDirectory ?? container.request.workingDirectory ?? '/',
    stdin: input.read(),
    write,
    readFile: (path: string) => findContent(container.files.find(path)),
  };
  const running = runProgram(program, process, world.clock);
  container.commands.add(running);
  const exitCode = await running.ended;
  container.commands.delete(running);
  return exitCode;
}

function createStdin({ tty }: ExecRequest, input: StreamQueue<Buffer>, output: Output): Writable {
  const type = tty
    ? createTerminal(input, (data) => output.push({ stream: 'stdout', data }))
    : (data: Buffer) => input.push(data);
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      type(chunk);
      done();
    },
    final(done) {
      input.end();
      done();
    },
  });
}
