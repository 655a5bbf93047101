import { expect, test } from 'vitest';
import { createLog, errorFacts } from './log.ts';

test('a message that comes again within a second is counted, not written', () => {
  const lines: string[] = [];
  let nowMs = 0;
  const log = createLog(
    (line) => lines.push(line),
    () => nowMs,
  );
  log('warn', 'a', { at: 1 });
  log('warn', 'b');
  log('warn', 'a', { at: 2 });
  log('warn', 'a', { at: 3 });
  nowMs = 1_000;
  log('warn', 'a', { at: 4 });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 'warn', message: 'a', at: 1 },
    { message: 'b' },
    { message: 'a', at: 4, suppressed: 2 },
  ]);
});

test('an error is logged by its message, or by its code when it has none', () => {
  expect(errorFacts(new Error('broken'))).toEqual({ error: 'broken' });
  expect(errorFacts(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))).toEqual({
    error: 'ECONNREFUSED',
  });
  expect(errorFacts('text')).toEqual({ error: 'text' });
});
