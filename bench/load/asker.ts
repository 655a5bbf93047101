import { connect, type Socket } from 'node:net';

/** Where requests go. */
export type Target = { readonly path: string } | { readonly host: string; readonly port: number };

const READ_BYTES = 256 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = '0\r\n\r\n';

/** One connection that asks again as soon as it is answered; counts answers, and makes as little of them as it can. */
export class Asker {
  answers = 0;
  refusals = 0;
  readonly #requests: readonly Buffer[];
  readonly #socket: Socket;
  #next: number;
  /** Of the body; undefined while a head is being read, infinite for one in chunks. */
  #left: number | undefined;
  #head = Buffer.alloc(0);
  #tail = '';
  #isStopping = false;

  /** Sends `requests` in turn, beginning with the one at `first`. */
  constructor(target: Target, requests: readonly Buffer[], first: number) {
    this.#requests = requests;
    this.#next = first;
    const onread = { buffer: Buffer.alloc(READ_BYTES), callback: this.#take.bind(this) };
    this.#socket = connect({ ...target, onread, noDelay: true });
    this.#socket.on('error', () => (this.refusals += 1));
    this.#ask();
  }

  /** Resolves when the answer under way is there. */
  stop(): Promise<void> {
    this.#isStopping = true;
    return new Promise((resolve) => this.#socket.once('close', () => resolve()));
  }

  #ask(): void {
    if (this.#isStopping) return void this.#socket.destroy();
    const request = this.#requests[this.#next % this.#requests.length];
    this.#next += 1;
    if (request !== undefined) this.#socket.write(request);
  }

  #take(size: number, buffer: Uint8Array): boolean {
    const part = Buffer.from(buffer.buffer, buffer.byteOffset, size);
    const body = this.#left === undefined ? this.#takeHead(part) : part;
    if (body === undefined || this.#left === undefined) return true;
    if (this.#left === Number.POSITIVE_INFINITY)
      this.#tail = (this.#tail + body.toString('latin1', Math.max(0, body.length - 5))).slice(-5);
    else this.#left -= body.length;
    if (this.#left === 0 || this.#tail === LAST_CHUNK) this.#end();
    return true;
  }

  /** What of the part is body; undefined while the head is not whole. */
  #takeHead(part: Buffer): Buffer | undefined {
    const known = this.#head.length === 0 ? part : Buffer.concat([this.#head, part]);
    const end = known.indexOf(HEAD_END);
    // The buffer is read into again, so what is kept has to be a copy.
    if (end < 0) return void (this.#head = Buffer.from(known));
    const head = known.toString('latin1', 0, end);
    this.#head = Buffer.alloc(0);
    if (!head.startsWith('HTTP/1.1 200')) this.refusals += 1;
    this.#left = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? Number.POSITIVE_INFINITY);
    return known.subarray(end + HEAD_END.length);
  }

  #end(): void {
    this.answers += 1;
    this.#left = undefined;
    this.#tail = '';
    this.#ask();
  }
}
