import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frame } from './frames.ts';
import { createLogLineCutter } from './log-lines.ts';

const AT = '2026-11-20T13:10:54.726436423Z';
const LATER = '2026-11-20T13:10:55.000000001Z';

const anyText = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replaceAll(/[\r\n]/g, ' '));
const anyStream = fc.constantFrom<Frame['stream']>('stdout', 'stderr');

test('a terminal’s lines are the same wherever its bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 6 }), fc.array(fc.nat(50), { maxLength: 30 }), (texts, sizes) => {
      const bytes = Buffer.from(texts.map((text) => `${AT} ${text}\r\n`).join(''));
      const lines = cutLines(false, cut(bytes, sizes));
      expect(lines).toEqual(texts.map((line) => ({ stream: 'stdout', at: AT, line })));
    }),
  );
});

test('a line in a frame of its own is a line, whatever is in it', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ stream: anyStream, text: anyText }), { maxLength: 8 }), (messages) => {
      const frames = messages.map(({ stream, text }) => ({ stream, data: Buffer.from(`${AT} ${text}\n`) }));
      expect(cutFrames(frames)).toEqual(messages.map(({ stream, text }) => ({ stream, at: AT, line: text })));
    }),
  );
});

test('a long line that the engine cut anywhere, also within a letter, comes in parts that make the whole', () => {
  fc.assert(
    fc.property(anyText, fc.nat(100), (text, place) => {
      const bytes = Buffer.from(`${text}\n`);
      const at = Math.min(place, bytes.length - 1);
      const parts = [bytes.subarray(0, at), bytes.subarray(at)];
      const frames = parts.map((part) => ({
        stream: 'stdout' as const,
        data: Buffer.concat([Buffer.from(`${AT} `), part]),
      }));
      expect(
        cutFrames(frames)
          .map(({ line }) => line)
          .join(''),
      ).toBe(text);
    }),
  );
});

test('a line that an engine wrote in several frames, with one timestamp, is one line', () => {
  const frames = [`${AT} one `, 'two\n', `${LATER} three\r\n`].map((text) => ({
    stream: 'stdout' as const,
    data: Buffer.from(text),
  }));
  expect(cutFrames(frames)).toEqual([
    { stream: 'stdout', at: AT, line: 'one two' },
    { stream: 'stdout', at: LATER, line: 'three' },
  ]);
});

test('on a terminal, a timestamp within a line is text, wherever the bytes are cut', () => {
  const chunks = [Buffer.from(`${AT} it is `), Buffer.from(`${LATER} now\r\n`)];
  expect(cutLines(false, chunks)).toEqual([{ stream: 'stdout', at: AT, line: `it is ${LATER} now` }]);
});

test('parts of both streams do not mix', () => {
  const frames: Frame[] = [
    { stream: 'stdout', data: Buffer.from(`${AT} out `) },
    { stream: 'stderr', data: Buffer.from(`${AT} err\n`) },
    { stream: 'stdout', data: Buffer.from('put\n') },
  ];
  expect(cutFrames(frames).map(({ stream, line }) => `${stream} ${line}`)).toEqual(['stderr err', 'stdout out put']);
});

test('a line of nothing is a line; offsets other than Z and other precisions are timestamps too', () => {
  const frames = [`${AT} \n`, '2026-11-20T14:10:54+01:00 x\n'].map((text) => ({
    stream: 'stdout' as const,
    data: Buffer.from(text),
  }));
  expect(cutFrames(frames).map(({ at, line }) => [at, line])).toEqual([
    [AT, ''],
    ['2026-11-20T14:10:54+01:00', 'x'],
  ]);
});

function cutFrames(frames: readonly Frame[]) {
  const cutter = createLogLineCutter({ framed: true });
  return [...frames.flatMap((frame) => cutter.push(frame)), ...cutter.flush()];
}

function cutLines(framed: boolean, chunks: readonly Buffer[]) {
  const cutter = createLogLineCutter({ framed });
  return [...chunks.flatMap((data) => cutter.push({ stream: 'stdout', data })), ...cutter.flush()];
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let start = 0;
  for (const size of sizes) chunks.push(bytes.subarray(start, (start += size)));
  return [...chunks, bytes.subarray(start)];
}
