import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findApp } from '../../core/books.ts';
import { until } from '../../http/test-api.contract.ts';
import { openTestGenisys, type TestGenisys } from './test-genisys.contract.ts';

let genisys: TestGenisys;
let folder: string;
beforeEach(async () => {
  genisys = await openTestGenisys();
  folder = mkdtempSync(join(tmpdir(), 'berth-genisys-'));
});
afterEach(async () => {
  await genisys.close();
  rmSync(folder, { recursive: true });
});

/** The daemon starts with this file. */
async function startWith(text: string, name = 'services.yml'): Promise<TestGenisys> {
  const serviceFile = join(folder, name);
  writeFileSync(serviceFile, text);
  const started = genisys.beside({ serviceFile });
  await started.dialect.start?.({ host: '127.0.0.1', port: 0, prefix: '' });
  return started;
}

const names = async () => Object.keys((await genisys.call('GET /service')).body);
const show = async (name: string) => (await genisys.call(`GET /service/${name}`)).body;
const isThere = (name: string) => () => findApp(genisys.api.world.ledger.books, name)?.serving !== undefined;
const releasesOf = (name: string) => findApp(genisys.api.world.ledger.books, name)?.lastRelease;
const served = (name: string) => () => findApp(genisys.api.world.ledger.books, name)?.serving?.release !== undefined;

describe('a service file', () => {
  test.each([
    ['services.yml', 'web:\n  image: example/app:1\n  ports: ["8080"]\njob:\n  image: example/job:1\n'],
    ['services.json', '{"web": {"image": "example/app:1", "ports": ["8080"]}, "job": {"image": "example/job:1"}}'],
    ['list.yml', '- {name: web, image: example/app:1, ports: ["8080"]}\n- {name: job, image: example/job:1}\n'],
  ])('defines services beside those of HTTP: %s', async (name, text) => {
    await genisys.call('POST /service', { name: 'other', image: 'example/app:1' });
    await startWith(text, name);
    await until(() => served('web')() && served('job')());
    expect((await names()).toSorted()).toEqual(['job', 'other', 'web']);
    expect(await show('web')).toMatchObject({ name: 'web', image: 'example/app:1', ports: ['8080'] });
  });

  test('that says the same again changes nothing, and what HTTP has changed since stays', async () => {
    const text = 'web: {image: "example/app:1"}\n';
    await startWith(text);
    await until(served('web'));
    await genisys.call('PUT /service/web', { image: 'example/app:2' });
    const again = await startWith(text);
    await startWith('marker: {image: "example/app:1"}\n', 'other.yml');
    await until(served('marker'));
    expect(await show('web')).toMatchObject({ image: 'example/app:2' });
    expect(releasesOf('web')).toBe(2);
    expect(again.log).toEqual([]);
  });

  test('that says something else wins, and the number of containers stays', async () => {
    await startWith('web: {image: "example/app:1"}\n');
    await until(served('web'));
    await genisys.call('POST /service/web/scale', { number: 2 });
    await startWith('web: {image: "example/app:2", environment: {A: 1}}\n');
    await until(() => releasesOf('web') === 2);
    await until(async () => (await show('web')).image === 'example/app:2');
    expect(await show('web')).toMatchObject({ environment: { A: 1 } });
    expect(findApp(genisys.api.world.ledger.books, 'web')?.replicas).toBe(2);
  });

  test('waits for an engine that is away', async () => {
    const engine = (connected: boolean) =>
      genisys.api.world.fleet.putEngine('local', { connected, reason: null, description: null, observedAt: null });
    engine(false);
    const started = await startWith('web: {image: "example/app:1"}\n');
    await until(() => started.log.some((line) => line.includes('has to wait')));
    engine(true);
    await until(served('web'));
  });

  test('says which of its services is refused, and defines the others', async () => {
    const started = await startWith('low: {image: "example/app:1", ports: ["80:80"]}\nweb: {image: "example/app:1"}\n');
    await until(served('web'));
    await until(() => started.log.length > 0);
    expect(started.log).toEqual([expect.stringMatching(/service low .* is refused: Host ports below 1024/)]);
    expect(isThere('low')()).toBe(false);
  });

  test.each([
    ['text', 'must hold definitions by name'],
    ['web: 5', 'web is no definition'],
    ['- {image: "a:1"}', '0 has no name'],
    ['web: {image: "a:1", command: 5}', 'web: command'],
    ['web: {command: a}', 'web: image'],
    ['web: [', 'is not valid'],
  ])('that is not valid keeps the daemon from starting: %j', async (text, why) => {
    await expect(startWith(text)).rejects.toThrow(why);
  });

  test('that is not there, or is a program, defines nothing and the log says so', async () => {
    const missing = genisys.beside({ serviceFile: join(folder, 'none.yml') });
    await missing.dialect.start?.({ host: '127.0.0.1', port: 0, prefix: '' });
    expect(missing.log[0]).toContain('there is no service file');
    const program = await startWith('import os; os.remove("/")', 'services.py');
    expect(program.log[0]).toContain('berth import genisys');
    expect(await names()).toEqual([]);
  });
});
