import type { WebSocket } from '@fastify/websocket';
import { ExecControl, type ExecEnd, execChannel } from '@berth/spec/terminal';
import type { ProblemDocument } from '@berth/spec/problem-document';
import type { ExecSession } from '../../ports/engine.ts';

const pingMs = 30_000;
const farewellMs = 1000;
const closeCode = { done: 1000, goingAway: 1001, unsupported: 1003, failed: 1011 } as const;

/** What a terminal needs beside its socket and its command. */
export interface TerminalOptions {
  readonly closing: AbortSignal;
  readonly describe: (error: unknown) => ProblemDocument;
}

/**
 * Connects a WebSocket with a running command, until one of them ends. Either side waits for the other: nothing piles up.
 * The session is destroyed by whoever holds the connection, when that closes.
 */
export function attachTerminal(socket: WebSocket, session: ExecSession, options: TerminalOptions): void {
  const leave = (): void => {
    socket.close(closeCode.goingAway, 'Berth is shutting down');
    setTimeout(() => socket.terminate(), farewellMs).unref();
  };
  options.closing.addEventListener('abort', leave);
  const stopPinging = pingOften(socket);
  socket.on('close', () => {
    options.closing.removeEventListener('abort', leave);
    stopPinging();
  });
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) takeInput(socket, session, data);
    else takeControl(socket, session, data.toString());
  });
  session.stdin?.on('error', () => {});
  void sendOutput(socket, session, options);
}

function takeInput(socket: WebSocket, session: ExecSession, data: Buffer): void {
  if (data[0] !== execChannel.stdin)
    return socket.close(closeCode.unsupported, 'a binary frame must begin with channel 0');
  if (session.stdin === null || session.stdin.writableEnded || session.stdin.write(data.subarray(1))) return;
  socket.pause();
  session.stdin.once('drain', () => socket.resume());
}

function takeControl(socket: WebSocket, session: ExecSession, text: string): void {
  const control = parseControl(text);
  if (control === undefined)
    return socket.close(closeCode.unsupported, 'a text frame must be {"resize":…} or {"closeStdin":true}');
  if ('closeStdin' in control) session.stdin?.end();
  // A command that has just ended has no terminal to resize.
  else session.resize(control.resize).catch(() => {});
}

function parseControl(text: string): ExecControl | undefined {
  try {
    const parsed = ExecControl.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

async function sendOutput(socket: WebSocket, session: ExecSession, { describe }: TerminalOptions): Promise<void> {
  try {
    for await (const { stream, data } of session.output)
      await send(socket, Buffer.concat([Buffer.of(execChannel[stream]), data]));
    await sendEnd(socket, { exit: await session.exitCode() });
    socket.close(closeCode.done);
  } catch (error) {
    if (socket.readyState !== socket.OPEN) return;
    await sendEnd(socket, { problem: describe(error) }).catch(() => {});
    socket.close(closeCode.failed);
  }
}

function sendEnd(socket: WebSocket, end: ExecEnd): Promise<void> {
  return send(socket, JSON.stringify(end));
}

/** Resolves when the frame has left this process. */
function send(socket: WebSocket, frame: Buffer | string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.send(frame, (error) => (error ? reject(error) : resolve()));
  return promise;
}

/** A reader who is gone without a word is noticed by the missing answer to a ping. */
function pingOften(socket: WebSocket): () => void {
  let answered = true;
  socket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, pingMs).unref();
  return () => clearInterval(timer);
}
