import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { PeerSocket } from './peer-socket.contract.ts';

/** One request as Node's own parser (llhttp) understands it. */
export interface HeardRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** Name, value, name, value … */
  readonly headers: readonly string[];
  body: string;
  trailers: readonly string[];
  isWhole: boolean;
}

/** What came of one connection. */
export interface Hearing {
  readonly requests: HeardRequest[];
  /** The parser's code, if it refused something. */
  error: string | undefined;
}

/** Node's HTTP server as a witness: strict, and without a network. */
export class NodeServer {
  readonly #server: Server = createServer({ insecureHTTPParser: false, maxHeaderSize: 131_072, keepAlive: false });
  readonly #hearings = new WeakMap<Duplex, Hearing>();

  constructor() {
    this.#server.timeout = 0;
    this.#server.on('request', (request, response) => {
      this.#hear(request);
      response.end();
    });
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      const hearing = this.#hearings.get(socket);
      if (hearing !== undefined) hearing.error ??= error.code;
      socket.destroy();
    });
  }

  /** All the bytes of one connection, then its end. */
  listen(bytes: Uint8Array): Promise<Hearing> {
    const socket = new PeerSocket();
    const hearing: Hearing = { requests: [], error: undefined };
    this.#hearings.set(socket, hearing);
    const over = new Promise<Hearing>((resolve) => {
      socket.once('close', () => resolve(hearing));
    });
    socket.on('error', () => undefined);
    this.#server.emit('connection', socket);
    socket.push(bytes);
    socket.push(null);
    return over;
  }

  #hear(request: IncomingMessage): void {
    const { method = '', url = '', httpVersion, rawHeaders } = request;
    const heard: HeardRequest = {
      method,
      target: url,
      version: httpVersion,
      headers: rawHeaders,
      body: '',
      trailers: [],
      isWhole: false,
    };
    this.#hearings.get(request.socket)?.requests.push(heard);
    request.setEncoding('latin1');
    request.on('data', (piece: string) => {
      heard.body += piece;
    });
    request.on('error', () => undefined);
    request.on('end', () => {
      heard.trailers = request.rawTrailers;
      heard.isWhole = true;
    });
  }
}
