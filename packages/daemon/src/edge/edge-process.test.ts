import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request as openRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { edgeCalls } from '../core/edge-control.ts';
import { findDeadPort, routeTo, startApp, type TestApp } from './testing/app.ts';
import { giveTestOrder } from './testing/edge.ts';
import { beginVisit, visit } from './testing/visitor.ts';

const ENTRY = fileURLToPath(new URL('./edge-process.ts', import.meta.url));
const MIB = 1024 * 1024;
const BODY_MIB = 200;

let folder: string;
let control: string;
let state: string;
let app: TestApp;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-edge-'));
  [control, state] = [join(folder, 'control.sock'), join(folder, 'routes.json')];
  app = await startApp();
});
afterEach(async () => {
  await Promise.all(children.splice(0).map(end));
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the edge process', () => {
  test('serves its last routes after a kill -9, with nobody there to tell it', async () => {
    const port = await findDeadPort();
    const first = await run(port);
    await giveTestOrder(control, edgeCalls.replace, [routeTo([app.target('one')])]);
    await expect.poll(() => existsSync(state)).toBe(true);
    first.kill('SIGKILL');
    await once(first, 'exit');
    await run(port);
    expect((await visit({ port })).status).toBe(200);
  });

  test('starts with a broken route file, empty', async () => {
    writeFileSync(state, '{"half":');
    const port = await findDeadPort();
    await run(port);
    expect((await visit({ port })).status).toBe(404);
  });

  test('says in one line that an address is in use, names the setting and ends with 1', async () => {
    const child = start(app.port);
    const text = await readAll(child);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { message: string });
    expect(lines.at(-1)?.message).toBe(
      `Something else listens on 127.0.0.1:${app.port}: stop it, or choose other addresses (BERTH_EDGE_HTTP).`,
    );
    expect(child.exitCode).toBe(1);
  });

  test('does not take over the socket of another that lives', async () => {
    await run(await findDeadPort());
    const second = start(await findDeadPort());
    expect(await readAll(second)).toContain('Another edge takes its orders');
    expect(second.exitCode).toBe(1);
    await giveTestOrder(control, edgeCalls.facts);
  });

  test('ends with 0 on SIGTERM, and lets what is under way end', async () => {
    const port = await findDeadPort();
    const slow = await startApp((_, response) => {
      response.write('a');
      setTimeout(() => response.end('b'), 200);
    });
    const child = await run(port);
    await giveTestOrder(control, edgeCalls.replace, [routeTo([slow.target('one')])]);
    const answer = await beginVisit({ port });
    child.kill('SIGTERM');
    expect(Buffer.concat(await answer.toArray()).toString()).toBe('ab');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    await slow.close();
  });
});

describe('memory stays flat', () => {
  test.each([
    ['down', 0, BODY_MIB],
    ['up', BODY_MIB, 0],
  ])(
    'through a body of 200 MiB %s',
    async (_, up, down) => {
      let received = 0;
      const big = await startApp((request, response) => {
        request.on('data', (chunk: Buffer) => (received += chunk.length));
        request.once('end', () => void pipeline(bodyOf(Number(request.url?.slice(1))), response));
      });
      const port = await findDeadPort();
      const child = await run(port);
      await giveTestOrder(control, edgeCalls.replace, [routeTo([big.target('one')])]);
      await exchange(port, 1, 1);
      received = 0;
      const before = residentMib(child);
      expect(await exchange(port, up, down)).toBe(down * MIB);
      expect(received).toBe(up * MIB);
      expect(residentMib(child) - before).toBeLessThan(140);
      await big.close();
    },
    30_000,
  );
});

/** The bytes that came back. */
async function exchange(port: number, up: number, down: number): Promise<number> {
  const request = openRequest({ port, method: 'POST', path: `/${down}`, headers: { host: 'app.test' }, agent: false });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  await pipeline(bodyOf(up), request);
  const [answer] = await answered;
  let bytes = 0;
  for await (const chunk of answer) bytes += (chunk as Buffer).length;
  return bytes;
}

function bodyOf(mib: number): Readable {
  const chunk = Buffer.alloc(65_536, 1);
  return Readable.from(Array.from({ length: mib * 16 }, () => chunk));
}

function start(port: number): ChildProcess {
  const wish = JSON.stringify({ http: [`127.0.0.1:${port}`] });
  const argv = [ENTRY, '--wish', wish, '--control', control, '--state', state];
  const child = spawn(process.execPath, argv, { env: {}, stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  return child;
}

async function run(port: number): Promise<ChildProcess> {
  const child = start(port);
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await expect.poll(() => text, { timeout: 8_000 }).toContain('"message":"listening"');
  return child;
}

async function readAll(child: ChildProcess): Promise<string> {
  const exit = once(child, 'exit');
  const text = Buffer.concat((await child.stderr?.toArray()) ?? []).toString();
  await exit;
  return text;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function residentMib(child: ChildProcess): number {
  const [, kib = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
