import { setTimeout as delay } from 'node:timers/promises';
import type { DaemonPlace } from '../connection/find-daemon.ts';
import { type Failure, interruption, localFailure } from '../failure.ts';
import type { Surroundings } from '../surroundings.ts';
import { openExecSocket, type RemoteCommand } from './exec-socket.ts';
import { type ExecMessage, parseMessage, renderControl, renderInput } from './frame.ts';
import { enterRawMode, watchSize } from './terminal.ts';

/** Where a command's output goes. */
export interface RemoteSinks {
  stdout(bytes: Uint8Array): void;
  stderr(bytes: Uint8Array): void;
}

export interface RemoteRun {
  readonly place: DaemonPlace;
  readonly remote: RemoteCommand;
  readonly sinks: RemoteSinks;
  readonly signal: AbortSignal;
}

/** The daemon would not even begin; who called knows how to find out why. */
export class HandshakeRefused extends Error {
  override readonly name = 'HandshakeRefused';
}

/** Unsent bytes beyond which input waits. */
const mostBuffered = 1024 * 1024;

/** Runs a command with this process's input, and gives its exit code. The terminal is as it was afterwards, whatever happens. */
export async function runRemote(world: Surroundings, run: RemoteRun): Promise<number> {
  const socket = openExecSocket(run.place, run.remote);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const undo: (() => void)[] = [];
  const interrupt = (): void => reject(interruption());
  run.signal.addEventListener('abort', interrupt);
  listen(socket, run.sinks, { resolve, reject });
  socket.addEventListener('open', () => undo.push(...attach(world, socket, run.remote)));
  try {
    return await promise;
  } finally {
    run.signal.removeEventListener('abort', interrupt);
    for (const step of undo) step();
    socket.close();
    world.input.pause();
  }
}

interface Ends {
  readonly resolve: (code: number) => void;
  readonly reject: (error: Error) => void;
}

function listen(socket: WebSocket, sinks: RemoteSinks, { resolve, reject }: Ends): void {
  let isOpen = false;
  socket.addEventListener('open', () => (isOpen = true));
  socket.addEventListener('message', ({ data }) => {
    const message = parseMessage(data);
    if (message.kind === 'output') sinks[message.stream](message.bytes);
    else if (message.kind === 'exit') resolve(message.code);
    else if (message.kind === 'problem') reject(new RemoteProblem(message.document));
  });
  // An error is always followed by a close, which tells more.
  socket.addEventListener('error', () => {});
  socket.addEventListener('close', ({ reason }) => reject(isOpen ? brokenOff(reason) : new HandshakeRefused()));
}

/** The daemon's word for why the command could not go on. */
export class RemoteProblem extends Error {
  override readonly name = 'RemoteProblem';
  readonly document: Extract<ExecMessage, { kind: 'problem' }>['document'];

  constructor(document: unknown) {
    super('The command could not go on.');
    this.document = document;
  }
}

function brokenOff(reason: string): Failure {
  return localFailure('broken-off', {
    title: 'The connection broke off',
    detail: reason === '' ? 'The command may still run.' : reason,
  });
}

function attach(world: Surroundings, socket: WebSocket, { size, stdin }: RemoteCommand): readonly (() => void)[] {
  if (stdin) void sendInput(world, socket);
  if (size === undefined) return [];
  return [enterRawMode(world), watchSize(world, (resize) => send(socket, renderControl({ resize })))];
}

async function sendInput({ input }: Surroundings, socket: WebSocket): Promise<void> {
  for await (const chunk of input as AsyncIterable<Buffer>) {
    send(socket, renderInput(chunk));
    while (socket.bufferedAmount > mostBuffered && socket.readyState === WebSocket.OPEN) await delay(10);
    if (socket.readyState !== WebSocket.OPEN) return;
  }
  send(socket, renderControl({ closeStdin: true }));
}

function send(socket: WebSocket, frame: string | Uint8Array<ArrayBuffer>): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(frame);
}
