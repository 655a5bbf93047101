import { ChunkReader, chunkStep } from '../chunk-reader.ts';
import { nameAt, valueAt } from '../field-text.ts';
import type { Random } from './random.contract.ts';

/** What a `ChunkReader` made of a body that began at some place. */
export interface ReadBody {
  readonly outcome: 'whole' | 'partial' | 'fault';
  readonly data: string;
  /** Name, value, name, value … */
  readonly trailers: readonly string[];
  /** Behind the body. */
  readonly end: number;
}

/** Reads a chunked body in pieces of random sizes. */
export function readChunks(bytes: Uint8Array, start: number, random: Random): ReadBody {
  const reader = new ChunkReader();
  let data = '';
  let end = start;
  let step: number = chunkStep.partial;
  while (step === chunkStep.data || (step === chunkStep.partial && end < bytes.length)) {
    if (step === chunkStep.partial) end = Math.min(bytes.length, end + 1 + random.below(random.oneOf([2, 20, 1_000])));
    step = reader.next(bytes, Math.max(start, reader.at), end);
    if (step === chunkStep.data) data += latin1(bytes, reader.dataStart, reader.dataEnd);
  }
  if (step !== chunkStep.end)
    return { outcome: step === chunkStep.fault ? 'fault' : 'partial', data, trailers: [], end: reader.at };
  return { outcome: 'whole', data, trailers: listTrailers(reader), end: reader.at };
}

function listTrailers({ trailers }: ChunkReader): readonly string[] {
  if (trailers === undefined) return [];
  const indexes = Array.from({ length: trailers.count }, (_, index) => index);
  return indexes.flatMap((index) => [nameAt(trailers, index), valueAt(trailers, index)]);
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString('latin1');
}
