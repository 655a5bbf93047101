import type { Socket } from 'node:net';
import { Problem } from '@berth/spec/problem';
import { problemDocument } from '../core/problem-document.ts';
import { problemType } from './render-problem.ts';

/** Answers bytes that are no request, or came too slowly, and hangs up. */
export function refuseBytes(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const detail =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'The head of the request is too large.'
      : 'These bytes are not a valid HTTP request.';
  const body = JSON.stringify(problemDocument(new Problem('malformed-request', detail)));
  const head = [
    'HTTP/1.1 400 Bad Request',
    `Content-Type: ${problemType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
