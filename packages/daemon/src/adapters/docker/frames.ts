import { Problem } from '@berth/spec/problem';

/** One frame of a multiplexed stream: the engine writes one per message. */
export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

const HEADER_BYTES = 8;
/** Engines write at most 64 KiB; a larger length means that the stream is something else. */
const LARGEST_FRAME_BYTES = 16 * 1024 * 1024;

/** Whole frames, wherever the chunks are cut. Header: stream (1 stdout, 2 stderr, 3 the engine's own error), 3 zeros, length (big endian). */
export async function* readFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Frame, void> {
  const take = createFrameTaker();
  for await (const chunk of chunks) yield* take(chunk);
}

/** Takes chunks, gives the frames that they complete. */
export function createFrameTaker(): (chunk: Buffer) => Frame[] {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let wantedBytes = HEADER_BYTES;
  return (chunk) => {
    rest.push(chunk);
    restBytes += chunk.length;
    if (restBytes < wantedBytes) return [];
    const { frames, left, neededBytes } = cutFrames(rest.length === 1 ? chunk : Buffer.concat(rest));
    [rest, restBytes, wantedBytes] = [[left], left.length, neededBytes];
    return frames;
  };
}

function cutFrames(bytes: Buffer): { readonly frames: Frame[]; readonly left: Buffer; readonly neededBytes: number } {
  const frames: Frame[] = [];
  let start = 0;
  while (bytes.length - start >= HEADER_BYTES) {
    const sizeBytes = HEADER_BYTES + readLength(bytes, start);
    if (bytes.length - start < sizeBytes) return { frames, left: bytes.subarray(start), neededBytes: sizeBytes };
    frames.push(parseFrame(bytes[start] ?? 0, bytes.subarray(start + HEADER_BYTES, start + sizeBytes)));
    start += sizeBytes;
  }
  return { frames, left: bytes.subarray(start), neededBytes: HEADER_BYTES };
}

function readLength(bytes: Buffer, start: number): number {
  const length = bytes.readUInt32BE(start + 4);
  if ((bytes[start] ?? 0) > 3 || length > LARGEST_FRAME_BYTES)
    throw new Problem('engine-failed', 'The engine sent output that is not in frames.');
  return length;
}

function parseFrame(kind: number, data: Buffer): Frame {
  if (kind === 3) throw new Problem('engine-failed', `The engine broke off the output: ${data.toString()}`);
  return { stream: kind === 2 ? 'stderr' : 'stdout', data };
}
