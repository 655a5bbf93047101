import { describe, expect, test } from 'vitest';
import { plainPaint } from '../output/paint.ts';
import { renderBytes } from './bytes.ts';
import { renderComplaint } from './complaint.ts';
import { renderAge, renderDuration } from './duration.ts';
import { renderLogLine, tame } from './log-line.ts';

test.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [4210, '4.2 s'],
  [9960, '9 s'],
  [59_999, '59 s'],
  [185_000, '3 min 5 s'],
  [7_200_000, '2 h'],
  [7_800_000, '2 h 10 min'],
  [97_200_000, '1 d 3 h'],
  [1_036_800_000, '12 d'],
])('%d ms are %s', (ms, text) => {
  expect(renderDuration(ms)).toBe(text);
});

test.each([
  [500, 'now'],
  [40_000, '40 s'],
  [3_599_999, '59 min'],
  [86_400_000 * 3, '3 d'],
])('what is %d ms old is %s old', (ms, text) => {
  expect(renderAge(new Date(1_000_000).toISOString(), 1_000_000 + ms)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [1_048_575, '1 MiB'],
  [536_870_912, '512 MiB'],
  [25_232_932_864, '23.5 GiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(renderBytes(bytes)).toBe(text);
});

describe('a line of a log', () => {
  const line = { instance: 'abcdef0123456789', stream: 'stdout', at: null, line: 'hi' } as const;

  test('stands alone when one instance writes, and behind its id when several do', () => {
    const style = { paint: plainPaint, hasNames: false, isTerminal: false };
    expect(renderLogLine(line, style)).toBe('hi');
    const at = '2026-11-20T12:00:00.000000000Z';
    expect(renderLogLine({ ...line, at }, { ...style, hasNames: true })).toBe(`abcdef012345 | ${at} hi`);
  });

  test.each([
    ['\u001b[31mred\u001b[0m', '\u001b[31mred\u001b[0m\u001b[0m'],
    ['a\u001b[2Jb\u001b[1;1Hc', 'abc'],
    ['\u001b]0;title\u0007text', 'text'],
    ['\u001b]52;c;ZXZpbA==\u001b\\text', 'text'],
    ['\u001bPq#0\u001b\\text', 'text'],
    ['a\rb\u0008c\u009b31md', 'abc31md'],
    ['tab\tstays', 'tab\tstays'],
  ])('%j reaches a terminal as %j: colours stay, commands go', (given, shown) => {
    expect(tame(given)).toBe(shown);
  });
});

test('a complaint names each field, the last lines and the next step', () => {
  const text = renderComplaint(
    {
      exitCode: 1,
      title: 'A field is not valid',
      detail: 'replicas: too many (and 1 more)',
      errors: [
        { field: 'replicas', detail: 'too many' },
        { field: 'image', detail: 'is needed' },
      ],
      logTail: ['last \u001b[2Jwords'],
      nextSteps: ['Do better.'],
      document: {},
    },
    plainPaint,
  );
  expect(text.split('\n')).toEqual([
    '✖ A field is not valid: replicas: too many (and 1 more)',
    '  replicas: too many',
    '  image: is needed',
    '  Its last lines:',
    '  │ last words',
    '  → Do better.',
  ]);
});
