import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { describeDnsProvider } from '../../ports/dns-provider.contract.ts';
import { createExecProvider } from './exec-provider.ts';
import { createWebhookProvider } from './webhook-provider.ts';

const name = '_acme-challenge.shop.example.org';

describe('a webhook', () => {
  const records = new Map<string, Set<string>>();
  let server: Server;
  let url: string;
  let status = 204;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        if (request.headers.authorization !== 'Bearer hook-secret') return response.writeHead(401).end();
        const order = JSON.parse(body) as { action: 'put' | 'remove'; name: string; value: string };
        const values = records.get(order.name) ?? new Set();
        if (status === 204) values[order.action === 'put' ? 'add' : 'delete'](order.value);
        records.set(order.name, values);
        return response.writeHead(status, { location: '/other' }).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dns`;
  });
  afterEach(() => {
    status = 204;
  });
  afterAll(() => server.close());

  const provider = (secret = 'hook-secret') => createWebhookProvider({ url, secret, timeoutMs: 5_000 });

  describeDnsProvider(() => ({
    provider: provider(),
    findText: async (of) => [...(records.get(of) ?? [])].toSorted(),
  }));

  test.each([500, 302, 404])('that answers with %d has done nothing', async (answered) => {
    status = answered;
    await expect(provider().put(name, 'x')).rejects.toMatchObject({ code: 'dns-provider-failed' });
  });

  test('that does not know the secret refuses, and its secret is not told', async () => {
    const failing = provider('wrong-secret').put(name, 'x');
    await expect(failing).rejects.toMatchObject({ message: expect.stringContaining('answered with 401') as string });
    await expect(failing).rejects.toMatchObject({ message: expect.not.stringContaining('wrong-secret') as string });
  });

  test('that is away is told of, without its address', async () => {
    const away = createWebhookProvider({ url: 'http://127.0.0.1:1/dns', secret: 's', timeoutMs: 5_000 });
    await expect(away.put(name, 'x')).rejects.toMatchObject({
      code: 'dns-provider-failed',
      message: expect.stringMatching(/^The DNS webhook does not answer \(\w+\)/) as string,
    });
  });
});

describe('a program', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'berth-hook-'));
    writeFileSync(join(folder, 'records'), '{}');
    writeFileSync(join(folder, 'hook.mjs'), hook);
    writeFileSync(join(folder, 'plain'), 'not a program');
    chmodSync(join(folder, 'plain'), 0o600);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const records = () => JSON.parse(readFileSync(join(folder, 'records'), 'utf8')) as Record<string, string[]>;
  const run = (words: readonly string[] = [], timeoutMs = 10_000) =>
    createExecProvider({
      command: [process.execPath, join(folder, 'hook.mjs'), join(folder, 'records'), ...words],
      environment: { PATH: '/usr/bin:/bin' },
      timeoutMs,
    });

  describeDnsProvider(() => ({ provider: run(), findText: async (of) => (records()[of] ?? []).toSorted() }));

  test('is given its words as they are: nothing is taken for a command', async () => {
    const value = '$(touch /tmp/owned); "quoted" `x` *';
    await run().put(name, value);
    expect(records()[name]).toEqual([value]);
    await run().remove(name, value);
  });

  test('sees nothing of the daemon’s environment', async () => {
    await expect(run(['environment']).put(name, 'x')).rejects.toMatchObject({
      message: expect.stringContaining('ended with 3.') as string,
      cause: { message: 'PATH' },
    });
  });

  test('that fails is told of; its own words, which may hold secrets, are for the log', async () => {
    await expect(run(['fail']).put(name, 'x')).rejects.toMatchObject({
      code: 'dns-provider-failed',
      message: expect.stringMatching(/ended with 4\. /) as string,
      cause: { message: 'the zone is locked' },
    });
  });

  test('that hangs is ended', async () => {
    await expect(run(['hang'], 300).put(name, 'x')).rejects.toMatchObject({
      message: expect.stringContaining('took longer than 0.3 s') as string,
    });
  });

  test.each([
    ['missing', 'ENOENT'],
    ['plain', 'EACCES'],
  ])('that is %s is not run', async (file, code) => {
    const broken = createExecProvider({ command: [join(folder, file)], environment: {}, timeoutMs: 1_000 });
    await expect(broken.put(name, 'x')).rejects.toMatchObject({ message: expect.stringContaining(code) as string });
  });
});

/** Keeps records in a file of JSON. */
const hook = `import { readFileSync, writeFileSync } from 'node:fs';
const [file, ...words] = process.argv.slice(2);
const [action, name, value] = words.slice(-3);
if (words[0] === 'environment') { console.error(Object.keys(process.env).sort().join(' ')); process.exit(3); }
if (words[0] === 'fail') { console.error('the zone is locked'); process.exit(4); }
if (words[0] === 'hang') setInterval(() => {}, 1000);
else {
  const records = JSON.parse(readFileSync(file, 'utf8'));
  const others = (records[name] ?? []).filter((one) => one !== value);
  records[name] = action === 'put' ? [...others, value] : others;
  writeFileSync(file, JSON.stringify(records));
}
`;
