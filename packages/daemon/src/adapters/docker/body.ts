import type { IncomingMessage } from 'node:http';
import { renderConnectionProblem } from './connection-error.ts';

const LONGEST_MESSAGE_BYTES = 64 * 1024;

/** The answer's bytes as they come; a broken connection is a problem. Leaving early closes the connection. */
export async function* readBytes(response: IncomingMessage, doing: string): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch (error) {
    throw renderConnectionProblem(error, doing);
  }
}

/** The whole answer as text. */
export async function readBody(response: IncomingMessage, doing: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readBytes(response, doing)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The engine's words in an answer with an error status: JSON with a `message`, or plain text from before its router. */
export async function readMessage(response: IncomingMessage, doing: string): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of readBytes(response, doing)) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > LONGEST_MESSAGE_BYTES) break;
  }
  return parseMessage(Buffer.concat(chunks).toString()) || `status ${response.statusCode}`;
}

function parseMessage(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === 'string' ? message : text;
  } catch {
    return text.trim();
  }
}
