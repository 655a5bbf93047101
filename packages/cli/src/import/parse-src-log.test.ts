import { describe, expect, test } from 'vitest';
import { parseSrcLog } from './parse-src-log.ts';

const at = (hours: number, minutes: number, seconds = 0) => new Date(2023, 5, 20, hours, minutes, seconds).getTime();

describe('the log of an app', () => {
  test('tells each change once, by local times', () => {
    const log = [
      '2023-06-20T13:50:45: created [Created]',
      '2023-06-20T14:00:45: running [Up 3 seconds]',
      '2023-06-20T14:10:46: running [Up 10 minutes]',
      '2023-06-20T14:20:46: paused [Up 20 minutes (Paused)]',
      '2023-06-20T14:30:46: exited [Exited (137) 2 seconds ago]',
    ].join('\n');
    expect(parseSrcLog(log)).toEqual({
      marks: [
        { at: at(13, 50, 45), state: 'stopped' },
        { at: at(14, 0, 45), state: 'running' },
        { at: at(14, 20, 46), state: 'paused' },
        { at: at(14, 30, 46), state: 'stopped' },
        { at: at(14, 40, 46), state: 'unknown' },
      ],
      unread: 0,
    });
  });

  test('knows nothing of the time in which the sampler was away', () => {
    const log =
      '2023-06-20T13:00:00: running [Up]\n2023-06-20T16:00:00: running [Up]\n2023-06-20T16:10:00: running [Up]\n';
    expect(parseSrcLog(log).marks).toEqual([
      { at: at(13, 0), state: 'running' },
      { at: at(13, 10), state: 'unknown' },
      { at: at(16, 0), state: 'running' },
      { at: at(16, 20), state: 'unknown' },
    ]);
  });

  test('of a swarm begins with the state of a task', () => {
    expect(parseSrcLog('2023-06-20T13:00:00: Running 5 minutes ago').marks[0]).toMatchObject({ state: 'running' });
  });

  test('may have lines that say nothing, out of order and twice', () => {
    const log = [
      '',
      'x',
      '2023-99-99T00:00:00: running',
      '2023-06-20T13:10:00: paused [x]',
      '2023-06-20T13:00:00: what',
    ]
      .concat('2023-06-20T13:00:00: running [x]', '2023-06-20T13:10:00: paused [x]')
      .join('\r\n');
    expect(parseSrcLog(log)).toEqual({
      marks: [
        { at: at(13, 0), state: 'running' },
        { at: at(13, 10), state: 'paused' },
        { at: at(13, 20), state: 'unknown' },
      ],
      unread: 3,
    });
    expect(parseSrcLog('')).toEqual({ marks: [], unread: 0 });
  });
});
