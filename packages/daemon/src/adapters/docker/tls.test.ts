import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDockerEngine } from './docker-engine.ts';
import type { DockerTls } from './engine-address.ts';

/** An engine behind TLS that wants a client's certificate, as `dockerd --tlsverify` does. */
let server: Server;
let good: DockerTls;
let stranger: DockerTls;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-tls-'));
  good = makeCertificate(folder, 'good');
  stranger = makeCertificate(folder, 'stranger');
  rmSync(folder, { recursive: true });
  server = createServer({ ...good, requestCert: true, rejectUnauthorized: true }, (request, response) => {
    const answers: Record<string, string> = {
      '/version': '{"Version":"1","ApiVersion":"1.45"}',
      '/v1.45/exec/e/json': '{"Running":false,"ExitCode":3}',
    };
    response.end(answers[request.url ?? ''] ?? '{"Id":"e"}');
  });
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    const input: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => input.push(chunk));
    socket.on('end', () => {
      const data = Buffer.concat(input);
      socket.end(Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, data.length]), data]));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => server.close());

test('an engine behind TLS is reached with the right certificates, and gives the end of input on', async () => {
  const engine = connect({ ...good, serverName: 'engine.test' });
  expect((await engine.describe()).apiVersion).toBe('1.45');
  const session = await engine.containers.exec('x', { command: ['cat'], tty: false, stdin: true });
  session.stdin?.end('ahoy');
  expect((await Array.fromAsync(session.output)).map(({ data }) => data.toString())).toEqual(['ahoy']);
  expect(await session.exitCode()).toBe(3);
  await engine.close();
});

test.each([
  [
    'an authority that did not sign the engine',
    () => ({ ...good, serverName: 'engine.test', ca: String(stranger.ca) }),
  ],
  ['a name that is not the engine’s', () => ({ ...good, serverName: 'other.test' })],
])('%s is refused, and the settings named', async (_what, tls) => {
  const problem = { code: 'engine-unreachable', message: expect.stringMatching(/TLS failed .* tls settings/) };
  await expect(connect(tls()).describe()).rejects.toMatchObject(problem);
});

test.each([
  ['no certificate', () => ({ ca: String(good.ca), serverName: 'engine.test' })],
  ['the certificate of a stranger', () => ({ ...stranger, ca: String(good.ca), serverName: 'engine.test' })],
])('an engine that gets %s is unreachable', async (_what, tls) => {
  await expect(connect(tls()).describe()).rejects.toMatchObject({ code: 'engine-unreachable' });
});

function connect(tls: DockerTls) {
  const { port } = server.address() as AddressInfo;
  return createDockerEngine({ name: 'tls', host: `tcp://127.0.0.1:${port}`, tls, timeouts: { quickMs: 5_000 } });
}

/** One that has signed itself serves as authority, engine and client. */
function makeCertificate(folder: string, name: string): DockerTls {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:engine.test', '-days', '2'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(cert), ca: readFileSync(cert) };
}
