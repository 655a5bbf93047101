import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameTaker, type Frame } from './frames.ts';

const anyFrame = fc.record({
  stream: fc.constantFrom<Frame['stream']>('stdout', 'stderr'),
  data: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
});

test('frames are the same wherever the chunks are cut', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 8 }), fc.array(fc.nat(60), { maxLength: 30 }), (frames, sizes) => {
      const bytes = Buffer.concat(frames.map(renderFrame));
      expect(take(cut(bytes, sizes))).toEqual(frames);
    }),
  );
});

test('each single cut and every byte by itself give the same frames', () => {
  const frames: Frame[] = [
    { stream: 'stdout', data: Buffer.from('one\n') },
    { stream: 'stderr', data: Buffer.alloc(0) },
    { stream: 'stderr', data: Buffer.from('zwölf\n') },
  ];
  const bytes = Buffer.concat(frames.map(renderFrame));
  for (let at = 0; at <= bytes.length; at += 1)
    expect(take([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(frames);
  expect(
    take(
      cut(
        bytes,
        Array.from(bytes, () => 1),
      ),
    ),
  ).toEqual(frames);
});

test('what is no frame is refused, and so is the engine breaking off', () => {
  expect(() => take([Buffer.from('plain text\n')])).toThrow(expect.objectContaining({ code: 'engine-failed' }));
  expect(() => take([Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff])])).toThrow(
    expect.objectContaining({ code: 'engine-failed' }),
  );
  const broken = Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 0, 0, 5]), Buffer.from('oh no')]);
  expect(() => take([broken])).toThrow('oh no');
});

function renderFrame({ stream, data }: Frame): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream === 'stdout' ? 1 : 2;
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}

function take(chunks: readonly Buffer[]): Frame[] {
  const taker = createFrameTaker();
  return chunks.flatMap((chunk) => taker(chunk)).map(({ stream, data }) => ({ stream, data: Buffer.from(data) }));
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let start = 0;
  for (const size of sizes) chunks.push(bytes.subarray(start, (start += size)));
  return [...chunks, bytes.subarray(start)];
}
