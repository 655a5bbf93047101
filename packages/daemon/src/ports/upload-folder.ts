import type { Readable } from 'node:stream';

/** Where uploads lie, by ids that Berth gives: no name of a caller's ever becomes a path. */
export interface UploadFolder {
  /** Resolves once the bytes survive a crash. Rejects with what goes wrong in the source or here, and then keeps nothing. */
  write(id: string, source: Readable): Promise<void>;
  /** The bytes; the stream fails where there is no such upload. */
  read(id: string): Readable;
  /** One that is not there may be removed. */
  remove(id: string): Promise<void>;
  /** The ids of all that is there, half written ones too. */
  list(): Promise<string[]>;
}
