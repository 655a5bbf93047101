import { expect, test } from 'vitest';
import { readServerSentEvents } from './server-sent-event.ts';

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function readAll(...texts: string[]) {
  return Array.fromAsync(readServerSentEvents(chunks(...texts)));
}

test('events come as they were sent, however the bytes were cut', async () => {
  const whole = ': hello\n\nid: 7\nevent: app.state\ndata: {"a":\ndata: "ü"}\n\ndata:x\r\n\r\n';
  const bytes = Buffer.from(whole);
  const expected = [
    { id: '7', event: 'app.state', data: '{"a":\n"ü"}' },
    { id: '7', event: 'message', data: 'x' },
  ];
  expect(await readAll(whole)).toEqual(expected);
  const single = readServerSentEvents(
    (async function* () {
      for (const byte of bytes) yield Uint8Array.of(byte);
    })(),
  );
  expect(await Array.fromAsync(single)).toEqual(expected);
});

test('an event without its blank line never happened', async () => {
  expect(await readAll('data: 1\n\ndata: 2\n')).toEqual([{ id: '', event: 'message', data: '1' }]);
});
