import { connect, type Socket } from 'node:net';
import { renderUpgrade } from './echo-line.ts';

/** How a WebSocket came to its end: by a close frame, without one, or it was never opened. */
export type GuestEnd =
  | { readonly kind: 'told' | 'left' }
  | { readonly kind: 'broken' | 'refused'; readonly reason: string };

export interface GuestPlan {
  readonly port: number;
  readonly host: string;
  readonly stop: AbortSignal;
}

const SAY_MS = 250;
/** An echo that takes longer is lost; the socket's own clock would start anew with each word that is said. */
const MOST_UNHEARD = 20;
const OPENING_MS = 20_000;
const HEAD_END = '\r\n\r\n';
const TEXT = 0x1;
const CLOSE = 0x8;
/** An empty close frame and a text of four bytes; masked with zeros, which is a mask too (RFC 6455, section 5.3). */
const GOODBYE = Buffer.from([0x88, 0x80, 0, 0, 0, 0]);

/** One WebSocket that says a number now and then and hears it again, until either side ends it. */
export function holdWebSocket({ port, host, stop }: GuestPlan): Promise<GuestEnd> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  return new Promise((resolve) => {
    const guest = new Guest(socket, resolve);
    const leave = () => guest.leave();
    stop.addEventListener('abort', leave, { once: true });
    socket.on('close', () => stop.removeEventListener('abort', leave));
    socket.write(renderUpgrade(host));
  });
}

class Guest {
  readonly #socket: Socket;
  readonly #tell: (end: GuestEnd) => void;
  #pending = Buffer.alloc(0);
  #isOpen = false;
  #said = 0;
  #heard = 0;
  #talking: NodeJS.Timeout | undefined;

  constructor(socket: Socket, tell: (end: GuestEnd) => void) {
    this.#socket = socket;
    this.#tell = tell;
    socket.on('data', (part: Buffer) => this.#take(part));
    socket.on('error', (error) => this.#break(error.message));
    socket.on('end', () => this.#break('ended without a close frame'));
    socket.setTimeout(OPENING_MS, () => this.#break('nothing came'));
  }

  leave(): void {
    this.#socket.write(GOODBYE);
    this.#end({ kind: 'left' });
  }

  #take(part: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, part]);
    if (!this.#isOpen && !this.#open()) return;
    for (let end = endOfFrame(this.#pending); end <= this.#pending.length; end = endOfFrame(this.#pending)) {
      const frame = this.#pending.subarray(0, end);
      this.#pending = this.#pending.subarray(end);
      this.#hear((frame[0] ?? 0) & 0x0f, frame.subarray(2).toString());
    }
  }

  #open(): boolean {
    const end = this.#pending.indexOf(HEAD_END);
    if (end < 0) return false;
    const head = this.#pending.toString('latin1', 0, end);
    this.#pending = this.#pending.subarray(end + HEAD_END.length);
    this.#isOpen = head.startsWith('HTTP/1.1 101 ');
    if (!this.#isOpen) this.#end({ kind: 'refused', reason: head.slice(0, 200) });
    else this.#talking = setInterval(() => this.#say(), SAY_MS);
    return this.#isOpen;
  }

  #say(): void {
    if (this.#said - this.#heard > MOST_UNHEARD) return this.#break(`no echo of the last ${MOST_UNHEARD} words`);
    this.#said += 1;
    const words = Buffer.from(String(this.#said));
    this.#socket.write(Buffer.concat([Buffer.from([0x80 | TEXT, 0x80 | words.length, 0, 0, 0, 0]), words]));
  }

  #hear(opcode: number, text: string): void {
    if (opcode === CLOSE) {
      this.#socket.write(GOODBYE);
      return this.#end({ kind: 'told' });
    }
    this.#heard += 1;
    if (text !== String(this.#heard)) this.#break(`heard "${text}" where ${this.#heard} should be`);
  }

  #break(reason: string): void {
    this.#end({ kind: this.#isOpen ? 'broken' : 'refused', reason });
  }

  #end(end: GuestEnd): void {
    clearInterval(this.#talking);
    this.#socket.destroy();
    this.#tell(end);
  }
}

/** Of a server's frame with less than 126 bytes of payload; all that is said here is short. Infinite while it is not whole. */
function endOfFrame(bytes: Buffer): number {
  return bytes.length < 2 ? Number.POSITIVE_INFINITY : 2 + ((bytes[1] ?? 0) & 0x7f);
}
