import { expect, test } from 'vitest';
import { parseMessage, renderControl, renderInput } from './frame.ts';

const bytes = (...values: number[]) => new Uint8Array(values).buffer;

test('input goes out behind the byte of its channel', () => {
  expect([...renderInput(Uint8Array.of(104, 105))]).toEqual([0, 104, 105]);
  expect(renderControl({ closeStdin: true })).toBe('{"closeStdin":true}');
});

test.each([
  [bytes(1, 104, 105), { kind: 'output', stream: 'stdout', bytes: Uint8Array.of(104, 105) }],
  [bytes(2, 33), { kind: 'output', stream: 'stderr', bytes: Uint8Array.of(33) }],
  [bytes(9, 33), { kind: 'unknown' }],
  [bytes(), { kind: 'unknown' }],
  ['{"exit":3}', { kind: 'exit', code: 3 }],
  ['{"problem":{"code":"internal"}}', { kind: 'problem', document: { code: 'internal' } }],
  ['not json', { kind: 'unknown' }],
  ['null', { kind: 'unknown' }],
])('the frame %o is %o', (frame, message) => {
  expect(parseMessage(frame)).toEqual(message);
});
