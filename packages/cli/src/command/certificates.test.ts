import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runWords } from '../test-world.contract.ts';

const certificate = {
  id: '01999c5e',
  hosts: ['shop.example.org'],
  source: 'acme',
  owner: null,
  state: 'failed',
  reason: 'shop.example.org has no address in DNS.',
  issuer: null,
  fingerprint: null,
  notBefore: null,
  notAfter: null,
  renewAt: null,
  nextAttemptAt: '2026-11-20T12:10:00.000Z',
  failures: 2,
  createdAt: '2026-11-20T12:00:00.000Z',
  updatedAt: '2026-11-20T12:00:00.000Z',
};
const issued = {
  ...certificate,
  state: 'valid',
  reason: null,
  issuer: 'R11',
  notAfter: '2027-02-18T12:00:00.000Z',
  failures: 0,
};

const seen: { line: string; body: string }[] = [];
let server: Server;
let url: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-cli-'));
  for (const name of ['chain', 'key']) writeFileSync(join(folder, `${name}.pem`), `the ${name}`);
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const line = `${request.method} ${request.url}`;
      seen.push({ line, body });
      const page = { items: [certificate, issued], next: null };
      const answer = line === 'GET /v1/certificates' ? page : line.startsWith('GET') ? certificate : issued;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const now = () => Date.parse('2026-11-20T12:00:00.000Z');
const berth = (...words: readonly string[]) =>
  runWords(['certificates', ...words, '--url', url], { workingFolder: folder, now });

test('certificates are listed with what is wrong about them', async () => {
  const { code, out } = await berth();
  expect(code).toBe(0);
  expect(out).toMatch(/shop\.example\.org +failed +acme +shop\.example\.org has no address in DNS\./);
  expect(out).toMatch(/shop\.example\.org +valid +R11 +ends in /);
});

test('one is shown with its reason and what comes next', async () => {
  const { out } = await berth('show', 'shop.example.org');
  expect(out).toMatch(/Reason +shop\.example\.org has no address in DNS\./);
  expect(out).toMatch(/Next attempt +2026-11-20T12:10:00\.000Z/);
});

test('one’s own is read from files, and its key is not written anywhere', async () => {
  const { code, out, err } = await berth('add', 'chain.pem', 'key.pem');
  expect(code).toBe(0);
  expect(JSON.parse(seen.at(-1)?.body ?? '')).toEqual({ certificatePem: 'the chain', keyPem: 'the key' });
  expect(out).toContain('shop.example.org');
  expect(out + err).not.toContain('the key');
  expect((await berth('add', 'chain.pem', 'absent.pem')).err).toContain('absent.pem cannot be read');
});

test('a renewal is waited for, unless it is to go on alone', async () => {
  expect((await berth('renew', 'shop.example.org')).out).toContain('valid');
  expect(seen.at(-1)?.line).toBe('POST /v1/certificates/shop.example.org/actions/renew?wait=5m');
  await berth('renew', 'shop.example.org', '-d');
  expect(seen.at(-1)?.line).toBe('POST /v1/certificates/shop.example.org/actions/renew');
});
