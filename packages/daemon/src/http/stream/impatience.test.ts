import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { until } from '../test-api.contract.ts';
import { cutSlowReader } from './impatience.ts';

const patience = { stepMs: 10, patienceMs: 50 };

async function serve(
  act: (write: (text: string) => void) => void,
): Promise<{ port: number; isCut: () => boolean; close: () => void }> {
  let cut = false;
  const server = createServer((_request, response) => {
    response.on('close', () => (cut = true));
    cutSlowReader(response, patience);
    act((text) => void response.write(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, isCut: () => cut, close: () => server.close() };
}

test('a reader who takes nothing is cut', async () => {
  const server = await serve((write) => write('x'.repeat(32 * 1024 * 1024)));
  const socket = connect(server.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.pause();
  await until(server.isCut);
  socket.destroy();
  server.close();
});

test('a reader who takes everything is left alone, also while there is nothing to take', async () => {
  const server = await serve((write) => write('x'));
  const socket = connect(server.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  let beats = 0;
  socket.resume();
  const timer = setInterval(() => (beats += 1), patience.patienceMs);
  await until(() => beats > 4);
  clearInterval(timer);
  expect(server.isCut()).toBe(false);
  socket.destroy();
  server.close();
});
