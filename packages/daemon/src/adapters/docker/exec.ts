import { type Duplex, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { isProblem, Problem } from '@berth/spec/problem';
import type { EngineContainers, ExecRequest, ExecSession, TerminalSize } from '../../ports/engine.ts';
import { renderPathPart } from './call.ts';
import type { EngineClient } from './client.ts';
import { renderConnectionProblem } from './connection-error.ts';
import { renderEnv } from './create-body.ts';
import { type Frame, readFrames } from './frames.ts';

/** Runs a command inside a container. */
export function createExec(client: EngineClient): EngineContainers['exec'] {
  return async (id, request) => {
    const exec = await createExecution(client, id, request);
    const socket = await startExecution(client, exec, request);
    const session = createSession(client, { exec, socket, request });
    if (request.tty && request.size !== undefined) await session.resize(request.size);
    return session;
  };
}

async function createExecution(client: EngineClient, id: string, request: ExecRequest): Promise<string> {
  const json = {
    AttachStdin: request.stdin,
    AttachStdout: true,
    AttachStderr: true,
    Tty: request.tty,
    Cmd: request.command,
    Env: renderEnv(request.env ?? {}),
    User: request.user,
    WorkingDir: request.workingDirectory,
  };
  const path = `/containers/${renderPathPart(id)}/exec`;
  const { Id } = await client.ask<{ readonly Id: string }>({
    method: 'POST',
    path,
    json,
    subject: 'container',
    toDo: `run a command in container ${id}`,
  });
  return Id;
}

function startExecution(client: EngineClient, exec: string, { tty }: ExecRequest): Promise<Duplex> {
  const json = { Detach: false, Tty: tty };
  return client.hijack({
    method: 'POST',
    path: `/exec/${exec}/start`,
    json,
    subject: 'container',
    toDo: 'start the command',
  });
}

interface Execution {
  readonly exec: string;
  readonly socket: Duplex;
  readonly request: ExecRequest;
}

function createSession(client: EngineClient, { exec, socket, request }: Execution): ExecSession {
  // Without a reader, the end of the connection is still to be seen, and a break must not end the process.
  socket.on('error', () => {});
  if (!request.stdin) socket.end();
  return {
    stdin: request.stdin ? createStdin(socket) : null,
    output: readOutput(socket, request.tty),
    resize: (size) => resize(client, exec, size),
    exitCode: () => waitForExitCode(client, exec),
    destroy: () => socket.destroy(),
  };
}

/** Ending it closes half of the connection: the command reads its end of file and the output goes on. */
function createStdin(socket: Duplex): Writable {
  const stdin = new Writable({
    write: (chunk, _encoding, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
  });
  // The output tells that the connection broke; who only writes must not bring the process down.
  return stdin.on('error', () => {});
}

async function* readOutput(socket: Duplex, isRaw: boolean): AsyncGenerator<Frame, void> {
  const chunks = readSocket(socket);
  if (!isRaw) return yield* readFrames(chunks);
  for await (const data of chunks) yield { stream: 'stdout', data };
}

async function* readSocket(socket: Duplex): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of socket) yield chunk as Buffer;
  } catch (error) {
    if (!isOurEnd(error)) throw renderConnectionProblem(error, 'The connection to the command broke');
  }
}

/** What a reader is told when the session was destroyed from this side. */
function isOurEnd(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

const RESIZE_TRIES = 20;
const PAUSE_MS = 10;

/** The engine refuses for a moment after the start, until the process is there. */
async function resize(client: EngineClient, exec: string, { columns, rows }: TerminalSize): Promise<void> {
  const path = `/exec/${exec}/resize`;
  for (let tries = 1; ; tries += 1) {
    try {
      await client.run({
        method: 'POST',
        path,
        query: { w: columns, h: rows },
        subject: 'container',
        toDo: 'resize the terminal',
      });
      return;
    } catch (error) {
      if (tries >= RESIZE_TRIES || !isProblem(error, 'engine-conflict', 'engine-failed')) throw error;
      await delay(PAUSE_MS * tries);
    }
  }
}

/** The engine notes the end of the process a moment after the end of its output. */
async function waitForExitCode(client: EngineClient, exec: string): Promise<number> {
  const end = performance.now() + client.timeouts.quickMs;
  for (let pauseMs = PAUSE_MS; ; pauseMs *= 2) {
    const { Running, ExitCode } = await client.ask<{ readonly Running: boolean; readonly ExitCode: number | null }>({
      method: 'GET',
      path: `/exec/${exec}/json`,
      subject: 'container',
      toDo: 'tell how the command ended',
    });
    if (!Running && ExitCode !== null) return ExitCode;
    if (performance.now() > end)
      throw new Problem('engine-timeout', 'The command closed its output and runs on. Its exit code is not known yet.');
    await delay(Math.min(pauseMs, 1_000));
  }
}
