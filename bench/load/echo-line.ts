import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const READ_BYTES = 64 * 1024;
const SHORT = 126;

/** A WebSocket that sends a message again as soon as it is back. */
export class EchoLine {
  /** Messages that went there and came back. */
  messages = 0;
  /** The upgrade was answered with 101. */
  readonly opened: Promise<void>;
  readonly closed: Promise<void>;
  failure: string | undefined;
  readonly #socket: Socket;
  readonly #frame: Buffer;
  readonly #wanted: Buffer;
  #isOpen = false;
  #head = '';
  #leftBytes: number;
  readonly #opening = Promise.withResolvers<void>();

  constructor({
    port,
    host,
    messageBytes,
  }: { readonly port: number; readonly host: string; readonly messageBytes: number }) {
    const payload = randomBytes(messageBytes);
    this.#frame = renderMasked(payload);
    this.#wanted = Buffer.concat([renderHead(messageBytes, 0), payload]);
    this.#leftBytes = this.#wanted.length;
    this.opened = this.#opening.promise;
    const onread = { buffer: Buffer.alloc(READ_BYTES), callback: this.#take.bind(this) };
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
    this.closed = new Promise((resolve) => this.#socket.once('close', () => resolve()));
    this.#socket.on('error', (error) => this.#fail(error.message));
    this.#socket.on('end', () => this.#fail('the other side ended it'));
    this.#socket.write(renderUpgrade(host));
  }

  /** Ends it without a word, as a machine that is switched off. */
  destroy(): void {
    this.#socket.destroy();
  }

  #fail(reason: string): void {
    this.failure ??= reason;
    this.#opening.reject(new Error(reason));
  }

  #take(size: number, buffer: Uint8Array): boolean {
    const part = Buffer.from(buffer.buffer, buffer.byteOffset, size);
    if (this.#isOpen) this.#count(part);
    else this.#open(part);
    return true;
  }

  #open(part: Buffer): void {
    this.#head += part.toString('latin1');
    if (!this.#head.includes(HEAD_END.toString())) return;
    if (!this.#head.startsWith('HTTP/1.1 101 ')) return this.#fail(this.#head);
    this.#isOpen = true;
    this.#opening.resolve();
    this.#socket.write(this.#frame);
  }

  /** The whole first message is compared, of the later ones the size. */
  #count(part: Buffer): void {
    const at = this.#wanted.length - this.#leftBytes;
    if (this.messages === 0 && !part.equals(this.#wanted.subarray(at, at + part.length)))
      return this.#fail('what came back is not what was sent');
    this.#leftBytes -= part.length;
    if (this.#leftBytes < 0) return this.#fail('more came back than was sent');
    if (this.#leftBytes > 0) return;
    this.messages += 1;
    this.#leftBytes = this.#wanted.length;
    this.#socket.write(this.#frame);
  }
}

/** A client's request for a WebSocket at `/ws`. */
export function renderUpgrade(host: string): string {
  const lines = ['GET /ws HTTP/1.1', `Host: ${host}`, 'Upgrade: websocket', 'Connection: Upgrade'];
  const key = `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`;
  return `${[...lines, key, 'Sec-WebSocket-Version: 13'].join('\r\n')}\r\n\r\n`;
}

function renderMasked(payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const masked = Buffer.from(payload.map((byte, at) => byte ^ (mask[at & 3] ?? 0)));
  return Buffer.concat([renderHead(payload.length, 0x80), mask, masked]);
}

/** A binary message in one frame, of less than 64 KiB. */
function renderHead(sizeBytes: number, maskBit: number): Buffer {
  if (sizeBytes < SHORT) return Buffer.from([0x82, maskBit | sizeBytes]);
  return Buffer.from([0x82, maskBit | SHORT, sizeBytes >> 8, sizeBytes & 0xff]);
}
