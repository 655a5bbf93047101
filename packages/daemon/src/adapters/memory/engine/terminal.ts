import type { StreamQueue } from './stream-queue.ts';

const END_OF_FILE = '\x04';

/** What a terminal does between the keys and the program: echoes, and hands on whole lines. */
export function createTerminal(input: StreamQueue<Buffer>, echo: (data: Buffer) => void): (keys: Buffer) => void {
  let line = '';
  return (keys) => {
    for (const key of keys.toString().replaceAll('\r', '\n')) {
      if (key === END_OF_FILE && line === '') {
        input.end();
        return;
      }
      line += key;
      echo(Buffer.from(key === '\n' ? '\r\n' : key));
      if (key !== '\n') continue;
      input.push(Buffer.from(line));
      line = '';
    }
  };
}
