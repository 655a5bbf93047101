import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeGently } from './close-gently.ts';
import { renderPage } from './page.ts';
import type { RawHeaders } from './raw-headers.ts';
import type { Refusal } from './refusal.ts';

/** The head of an answer on a bare socket: after an upgrade request Node has handed the connection over. */
export function renderHead(status: number, message: string, headers: RawHeaders): Buffer {
  const lines = [`HTTP/1.1 ${status} ${message}`];
  for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at] ?? ''}: ${headers[at + 1] ?? ''}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** Refuses an upgrade in the edge's own name. */
export function answerPageOnSocket(socket: Duplex, request: IncomingMessage, refusal: Refusal): void {
  if (!socket.writable) return;
  const { status, headers, body } = renderPage(refusal, request.headers.accept);
  socket.write(renderHead(status, STATUS_CODES[status] ?? '', withClose(headers)));
  socket.write(body);
  closeGently(socket);
}

/** Passes on what the app answered instead of upgrading; the connection ends with it. */
export function relayAnswerOnSocket(socket: Duplex, answer: IncomingMessage, headers: RawHeaders): void {
  socket.write(renderHead(answer.statusCode ?? 502, answer.statusMessage ?? '', withClose(headers)));
  answer.on('error', () => socket.destroy());
  answer.pipe(socket, { end: false });
  answer.once('close', () => {
    if (answer.complete) closeGently(socket);
    else socket.destroy();
  });
}

function withClose(headers: RawHeaders): RawHeaders {
  return [...headers.filter((_, at) => headers[at - (at % 2)]?.toLowerCase() !== 'connection'), 'Connection', 'close'];
}
