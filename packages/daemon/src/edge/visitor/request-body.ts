import { ChunkReader, type ChunkStep, chunkStep } from '../wire/chunk-reader.ts';
import type { FieldList } from '../wire/field-list.ts';

/** Reads the body of one request, of a known length or in chunks. */
export class RequestBody {
  /** The range of the last piece, which may be empty, and where reading stopped. */
  start = 0;
  end = 0;
  at = 0;
  isWhole = false;
  #left: number;
  readonly #chunks: ChunkReader | undefined;

  /** For a head that has one. */
  constructor({ isChunked, contentLength }: { readonly isChunked: boolean; readonly contentLength: number }) {
    this.#left = contentLength;
    this.#chunks = isChunked ? new ChunkReader() : undefined;
  }

  get trailers(): FieldList | undefined {
    return this.#chunks?.trailers;
  }

  /** Reads one piece; false when what comes cannot be understood. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#chunks !== undefined) return this.#readChunk(this.#chunks.next(bytes, start, end), this.#chunks);
    this.start = start;
    this.end = Math.min(end, start + this.#left);
    this.at = this.end;
    this.#left -= this.end - start;
    this.isWhole = this.#left === 0;
    return true;
  }

  #readChunk(step: ChunkStep, chunks: ChunkReader): boolean {
    this.start = step === chunkStep.data ? chunks.dataStart : chunks.at;
    this.end = step === chunkStep.data ? chunks.dataEnd : chunks.at;
    this.at = chunks.at;
    this.isWhole = step === chunkStep.end;
    return step !== chunkStep.fault;
  }
}
