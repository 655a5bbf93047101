import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepUpload } from '../use-cases/uploads.ts';
import { fileArchive } from './file-archive.ts';
import { root, TestControl } from './test-control.contract.ts';

let control: TestControl;
beforeEach(async () => {
  control = await TestControl.start();
});
afterEach(() => control.close());

const path = '/www/data.txt';

async function contentIn(name: string): Promise<string> {
  const [instance] = control.instancesOf(name);
  return text(await control.engine.containers.getArchive(instance?.id ?? '', path));
}

test('a container that a crash left half filled is filled again before it runs', async () => {
  await control.deploy('shop', { started: false, files: [{ path, content: 'the whole truth' }] });
  const [instance] = control.instancesOf('shop');
  const half = fileArchive([{ path, content: 'half', encoding: 'utf8', mode: '0644' }]);
  await control.engine.containers.putArchive(instance?.id ?? '', '/', half);
  await control.restart();
  await control.ready();
  await control.act('shop', 'start');
  expect(await contentIn('shop')).toContain('the whole truth');
  expect(control.instancesOf('shop')[0]?.id).toBe(instance?.id);
});

test('what was put into a container by hand stays when it is started', async () => {
  await control.deploy('shop', { started: false, files: [{ path, content: 'old' }] });
  const [instance] = control.instancesOf('shop');
  const own = fileArchive([{ path, content: 'own', encoding: 'utf8', mode: '0644' }]);
  await control.engine.containers.putArchive(instance?.id ?? '', '/', own);
  await control.act('shop', 'start');
  expect(await contentIn('shop')).toContain('own');
});

test('an upload whose bytes are gone fails the deploy with a word, and no container stays', async () => {
  const { id } = await keepUpload(control.world, root, { name: 'x', source: Readable.from(['x']) });
  await control.uploadFolder.remove(id);
  const operation = await control.deploy('shop', { files: [{ path, upload: id }] });
  expect(operation).toMatchObject({ state: 'failed', problem: { code: 'upload-not-found' } });
  await control.until(() => control.instancesOf('shop').length === 0, 'no container');
  expect(await control.engine.containers.list([])).toEqual([]);
});
