import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ErrorPageSource } from './error-page-source.ts';
import { findDeadPort, startApp, type TestApp } from './testing/app.ts';

let folder: string;
let app: TestApp;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-pages-'));
  app = await startApp((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'set-cookie': 'a=b' });
    response.end(`<p>${request.method} ${request.url}`);
  });
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await app.close();
});

const bodyOf = async (source: ErrorPageSource, status: number, url = '/a'): Promise<string | undefined> =>
  (await source.find(status, url))?.body.toString();

describe('a server of error pages', () => {
  const source = (): ErrorPageSource => new ErrorPageSource({ target: `http://127.0.0.1:${app.port}/hub/error/` });

  test('is asked for the status and told which request it is about', async () => {
    expect(await source().find(404, '/a b?c=d&e')).toEqual({
      status: 404,
      headers: ['Content-Type', 'text/html; charset=utf-8', 'Content-Length', '46', 'Cache-Control', 'no-store'],
      body: Buffer.from('<p>GET /hub/error/404?url=%2Fa%20b%3Fc%3Dd%26e'),
    });
  });

  test.each([502, 503, 504])('is asked for 503 when the target gave no answer: %d', async (status) => {
    expect(await bodyOf(source(), status)).toBe('<p>GET /hub/error/503?url=%2Fa');
    expect(source().statusOf(status)).toBe(503);
  });

  test.each([400, 405, 413, 429, 501])('is not asked about what was wrong with the request: %d', async (status) => {
    expect(await bodyOf(source(), status)).toBeUndefined();
    expect(source().statusOf(status)).toBe(status);
  });

  test('that is away leaves the edge its own page', async () => {
    expect(
      await bodyOf(new ErrorPageSource({ target: `http://127.0.0.1:${await findDeadPort()}` }), 404),
    ).toBeUndefined();
  });

  test('that breaks off leaves the edge its own page', async () => {
    const broken = await startApp((_, response) => {
      response.writeHead(200, { 'content-length': '10' }).flushHeaders();
      response.destroy();
    });
    expect(await bodyOf(new ErrorPageSource({ target: `http://127.0.0.1:${broken.port}` }), 404)).toBeUndefined();
    await broken.close();
  });

  test('that is slow is asked by so many visitors at a time, and no more', async () => {
    const waiting: (() => void)[] = [];
    const slow = await startApp((_, response) => void waiting.push(() => response.end('late')));
    const asking = new ErrorPageSource({ target: `http://127.0.0.1:${slow.port}` });
    const first = Array.from({ length: 64 }, async () => bodyOf(asking, 404));
    expect(await bodyOf(asking, 404)).toBeUndefined();
    await expect.poll(() => waiting.length).toBe(64);
    for (const answer of waiting) answer();
    expect(new Set(await Promise.all(first))).toEqual(new Set(['late']));
    await slow.close();
  });
});

describe('a folder of error pages', () => {
  test('has one for a status, or one for all', async () => {
    writeFileSync(join(folder, '404.html'), 'not found');
    const source = new ErrorPageSource({ folder });
    expect(await bodyOf(source, 404)).toBe('not found');
    expect(await bodyOf(source, 502)).toBeUndefined();
    writeFileSync(join(folder, 'error.html'), 'wrong');
    expect(await bodyOf(source, 502)).toBe('wrong');
  });
});

test('without any the edge shows its own, under the same two states', async () => {
  expect(await bodyOf(new ErrorPageSource({}), 404)).toBeUndefined();
  expect(new ErrorPageSource({}).statusOf(502)).toBe(503);
});
