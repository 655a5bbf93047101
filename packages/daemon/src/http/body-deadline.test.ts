import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test } from 'vitest';
import { expectBody } from './body-deadline.ts';
import { until } from './test-api.contract.ts';

test('a body that does not come ends the connection, one that does leaves it', async () => {
  const server = createServer((request, response) => {
    expectBody(request, 50);
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n';
  const { port } = server.address() as AddressInfo;
  const [slow, quick] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  slow.resume().on('error', () => {});
  slow.write(`${head}{`);
  quick.write(`${head}{}`);
  await until(() => slow.closed);
  expect(quick.destroyed).toBe(false);
  quick.destroy();
  server.close();
});
