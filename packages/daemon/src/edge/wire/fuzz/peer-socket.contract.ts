import { Duplex } from 'node:stream';

/** One end of a connection without a network: what is pushed is read, what is written is forgotten. */
export class PeerSocket extends Duplex {
  override _read(): void {}

  override _write(_chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    done();
  }

  /** What Node's HTTP calls on a connection that it takes for a socket. */
  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }
}
