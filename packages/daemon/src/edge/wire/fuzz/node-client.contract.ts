import { type IncomingMessage, request } from 'node:http';
import { PeerSocket } from './peer-socket.contract.ts';

/** An answer as Node's own parser (llhttp) understands it. */
export interface HeardAnswer {
  readonly status: number;
  readonly reason: string;
  readonly version: string;
  /** Name, value, name, value … */
  readonly headers: readonly string[];
  body: string;
  trailers: readonly string[];
  isWhole: boolean;
}

/** What came of one request. */
export interface Reply {
  /** Those of 1xx before the answer, 101 too. */
  readonly interim: readonly number[];
  readonly answer: HeardAnswer | undefined;
  /** The parser's code, if it refused something. */
  readonly error: string | undefined;
}

/** Node's HTTP client as a witness: strict, and without a network. The bytes are all of the connection, then it ends. */
export function hearAnswer(bytes: Uint8Array, method: 'GET' | 'HEAD'): Promise<Reply> {
  const socket = new PeerSocket();
  const interim: number[] = [];
  let answer: HeardAnswer | undefined;
  let error: string | undefined;
  const client = request({ method, createConnection: () => socket, insecureHTTPParser: false, maxHeaderSize: 131_072 });
  client.on('information', ({ statusCode }) => interim.push(statusCode));
  client.on('upgrade', ({ statusCode = 0 }, upgraded) => {
    interim.push(statusCode);
    upgraded.destroy();
  });
  client.on('response', (response) => {
    answer = hear(response);
  });
  client.on('error', (problem: NodeJS.ErrnoException) => {
    error ??= problem.code ?? problem.message;
  });
  const over = new Promise<Reply>((resolve) => {
    client.once('close', () => resolve({ interim, answer, error }));
  });
  client.once('socket', () => {
    socket.push(bytes);
    socket.push(null);
  });
  client.end();
  return over;
}

function hear(response: IncomingMessage): HeardAnswer {
  const { statusCode = 0, statusMessage = '', httpVersion, rawHeaders } = response;
  const heard: HeardAnswer = {
    status: statusCode,
    reason: statusMessage,
    version: httpVersion,
    headers: rawHeaders,
    body: '',
    trailers: [],
    isWhole: false,
  };
  response.setEncoding('latin1');
  response.on('data', (piece: string) => {
    heard.body += piece;
  });
  response.on('error', () => undefined);
  response.on('end', () => {
    heard.trailers = response.rawTrailers;
    heard.isWhole = response.complete;
  });
  return heard;
}
