import { describe, expect, test } from 'vitest';
import { keepEndToEnd, keepTrailers, listValues } from './raw-headers.ts';

test('values are found in any case, in their order', () => {
  expect(listValues(['A', '1', 'b', '2', 'a', '3'], 'a')).toEqual(['1', '3']);
});

describe('between the two connections stays', () => {
  test.each([
    ['Connection', 'close'],
    ['Keep-Alive', 'timeout=5'],
    ['Proxy-Connection', 'keep-alive'],
    ['Proxy-Authorization', 'Basic x'],
    ['Proxy', 'http://evil'],
    ['TE', 'trailers'],
    ['Transfer-Encoding', 'chunked'],
    ['Upgrade', 'h2c'],
    ['HTTP2-Settings', 'x'],
    ['Keep_Alive', 'timeout=5'],
    ['Content_Length', '5'],
  ])('%s', (name, value) => {
    expect(keepEndToEnd([name, value, 'X-Other', 'y'])).toEqual(['X-Other', 'y']);
  });

  test('what Connection nominates, in whatever case', () => {
    expect(
      keepEndToEnd([
        'Connection',
        'close, X-Secret',
        'x-secret',
        '1',
        'connection',
        'Other',
        'OTHER',
        '2',
        'Third',
        '3',
      ]),
    ).toEqual(['Third', '3']);
  });
});

test('the host and the length cannot be nominated away', () => {
  const headers = ['Host', 'x.test', 'Content-Length', '5'];
  expect(keepEndToEnd(['Connection', 'host, content-length', ...headers])).toEqual(headers);
});

test('a header that is dropped is dropped with underscores too', () => {
  expect(keepEndToEnd(['X_Forwarded-For', '1', 'X-Mine_', '2'], (name) => name === 'x-forwarded-for')).toEqual([
    'X-Mine_',
    '2',
  ]);
});

test('repeated headers all stay, in their order', () => {
  const cookies = ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'];
  expect(keepEndToEnd(cookies)).toEqual(cookies);
});

test('a trailer neither frames nor routes nor authorises', () => {
  const trailers = [
    'Content-Length',
    '1',
    'Host',
    'x',
    'Authorization',
    'y',
    'X-Forwarded-For',
    'z',
    'X-Checksum',
    'abc',
  ];
  expect(keepTrailers(trailers)).toEqual([['X-Checksum', 'abc']]);
});
