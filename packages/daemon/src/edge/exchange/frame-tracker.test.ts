import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameTracker, GOING_AWAY_TO_APP, GOING_AWAY_TO_VISITOR } from './frame-tracker.ts';

const frame = fc
  .record({ length: fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536, 70_000), isMasked: fc.boolean() })
  .map(({ length, isMasked }) => renderFrame(length, isMasked));

test('the end of each frame is seen, however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(frame, { minLength: 1, maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 70_000 })),
      (frames, cuts) => {
        const bytes = Buffer.concat(frames);
        const ends = new Set(frames.map((_, at) => Buffer.concat(frames.slice(0, at + 1)).length));
        const tracker = new FrameTracker();
        let at = 0;
        for (const step of [...cuts, bytes.length]) {
          tracker.push(bytes, at, Math.min(bytes.length, at + step));
          at = Math.min(at + step, bytes.length);
          expect(tracker.isBetweenFrames).toBe(ends.has(at));
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('one byte at a time it is seen too', () => {
  const tracker = new FrameTracker();
  const bytes = renderFrame(300, true);
  const seen = [...bytes].map((byte) => {
    tracker.push(Buffer.of(byte), 0, 1);
    return tracker.isBetweenFrames;
  });
  expect(seen.indexOf(true)).toBe(bytes.length - 1);
});

test('our own farewells are whole frames', () => {
  for (const farewell of [GOING_AWAY_TO_APP, GOING_AWAY_TO_VISITOR]) {
    const tracker = new FrameTracker();
    tracker.push(farewell, 0, farewell.length);
    expect(tracker.isBetweenFrames).toBe(true);
  }
});

function renderFrame(length: number, isMasked: boolean): Buffer {
  const mask = isMasked ? 0x80 : 0;
  const head = [Buffer.of(0x82, mask | Math.min(length, 125))];
  if (length > 125 && length < 65_536) head.splice(0, 1, Buffer.of(0x82, mask | 126, length >> 8, length & 0xff));
  if (length > 65_535)
    head.splice(0, 1, Buffer.of(0x82, mask | 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff));
  return Buffer.concat([...head, Buffer.alloc(isMasked ? 4 : 0, 7), Buffer.alloc(length)]);
}
