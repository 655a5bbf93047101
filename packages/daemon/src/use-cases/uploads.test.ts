import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultUploads } from '../core/upload.ts';
import { removeApp } from './remove-app.ts';
import { rollBackApp } from './roll-back-app.ts';
import { deploy, deployed } from './test-app.contract.ts';
import { ada, bob, openTestContext, root, type TestContext } from './test-context.contract.ts';
import { keepUpload, listUploads, removeUpload, sweepUploads } from './uploads.ts';
import { removeUser } from './users.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext({ policy: { uploads: { ...defaultUploads, maxBytes: 1000, bytesPerUser: 1500 } } });
});
afterEach(() => context.close());

const dayMs = defaultUploads.keepMs;

function keep(actor = ada, bytes = 10, name = 'data.csv') {
  return keepUpload(context, actor, { name, source: Readable.from([Buffer.alloc(bytes, 'x')]) });
}

async function fileOf(id: string): Promise<string | null> {
  return text(context.uploadFolder.read(id)).catch(() => null);
}

describe('an upload', () => {
  test('is kept under an id, with its size and its sum, for a day', async () => {
    const upload = await keep();
    expect(upload).toMatchObject({
      name: 'data.csv',
      owner: 'ada',
      sizeBytes: 10,
      apps: [],
      createdAt: '2026-11-20T12:00:00.000Z',
      dropsAt: '2026-11-21T12:00:00.000Z',
      sha256: createHash('sha256').update('xxxxxxxxxx').digest('hex'),
    });
    expect(await buffer(context.uploadFolder.read(upload.id))).toHaveLength(10);
    expect(listUploads(context, ada)).toEqual([upload]);
    expect(listUploads(context, bob)).toEqual([]);
    expect(listUploads(context, root)).toEqual([upload]);
  });

  test('is refused where it is too large, and nothing of it stays', async () => {
    await expect(keep(ada, 1001)).rejects.toMatchObject({ code: 'body-too-large' });
    expect(await context.uploadFolder.list()).toEqual([]);
    expect(listUploads(context, ada)).toEqual([]);
  });

  test('is refused where its owner has too much already, also when several come at once', async () => {
    const results = await Promise.allSettled([keep(ada, 900), keep(ada, 900), keep(bob, 900)]);
    const kept = results.filter(({ status }) => status === 'fulfilled').length;
    expect(kept).toBeLessThanOrEqual(2);
    expect(listUploads(context, bob)).toHaveLength(1);
    await expect(keep(bob, 700)).rejects.toMatchObject({ code: 'policy-refused' });
    expect(await keep(bob, 600)).toMatchObject({ sizeBytes: 600 });
    expect(context.uploads.bytesOf('ada')).toBe(0);
  });

  test('that breaks off leaves nothing', async () => {
    const source = new Readable({ read: () => undefined });
    const keeping = keepUpload(context, ada, { name: 'x', source });
    source.push('half');
    source.destroy();
    await expect(keeping).rejects.toMatchObject({ code: 'malformed-request' });
    expect(await context.uploadFolder.list()).toEqual([]);
  });

  test('that stands still for a minute is given up', async () => {
    const source = new Readable({ read: () => undefined });
    const keeping = keepUpload(context, ada, { name: 'x', source });
    const refused = expect(keeping).rejects.toMatchObject({ code: 'malformed-request' });
    source.push('half');
    await expect.poll(() => context.uploads.bytesOf('ada')).toBe(4);
    context.clock.advance(60_001);
    await refused;
    expect(await context.uploadFolder.list()).toEqual([]);
  });

  test.each(['', '..', 'a/b', 'a\\b', 'a\0b', 'x'.repeat(256)])('is not called %j', async (name) => {
    await expect(keep(ada, 1, name)).rejects.toMatchObject({ code: 'validation-failed' });
  });

  test('is removed by its owner, and is not there for others', async () => {
    const { id } = await keep();
    await expect(removeUpload(context, bob, id)).rejects.toMatchObject({ code: 'upload-not-found' });
    await removeUpload(context, ada, id);
    await expect(removeUpload(context, ada, id)).rejects.toMatchObject({ code: 'upload-not-found' });
    expect(await fileOf(id)).toBeNull();
  });

  test('goes with its owner', async () => {
    const { id } = await keep();
    await removeUser(context, root, 'ada');
    await sweepUploads(context);
    expect(await fileOf(id)).toBeNull();
  });
});

describe('an app with an upload', () => {
  const withFile = (upload: string) => ({ files: [{ path: '/www/data.csv', upload }] });

  test('is refused where the upload is another’s, or not there', async () => {
    const { id } = await keep(bob);
    for (const upload of [id, 'never'])
      await expect(deploy(context, ada, { name: 'shop', ...withFile(upload) })).rejects.toMatchObject({
        code: 'validation-failed',
        message: expect.stringMatching(/^files\[0\]\.upload: /) as string,
      });
  });

  test('keeps it however long, and for a day after the app is gone', async () => {
    const { id } = await keep();
    await deployed(context, ada, { name: 'shop', ...withFile(id) });
    await expect(removeUpload(context, ada, id)).rejects.toMatchObject({ code: 'still-in-use' });
    expect(listUploads(context, ada)).toMatchObject([{ apps: ['shop'], dropsAt: null }]);
    context.clock.advance(10 * dayMs);
    await sweepUploads(context);
    await removeApp(context, ada, { name: 'shop', volumes: [] });
    context.clock.advance(2 * dayMs);
    await sweepUploads(context);
    expect(await fileOf(id)).not.toBeNull();
    context.clock.advance(dayMs);
    await sweepUploads(context);
    expect(await fileOf(id)).toBeNull();
    expect(listUploads(context, ada)).toEqual([]);
  });

  test('is not rolled back to a release whose upload is gone', async () => {
    const { id } = await keep();
    await deployed(context, ada, { name: 'shop', ...withFile(id) });
    await deployed(context, ada, 'shop');
    await removeUpload(context, ada, id);
    await expect(rollBackApp(context, ada, { name: 'shop' })).rejects.toMatchObject({ code: 'validation-failed' });
  });
});

test('what a crash left in the folder is swept, and what is on its way is not', async () => {
  await context.uploadFolder.write('stray', Readable.from(['x']));
  const source = new Readable({ read: () => undefined });
  const keeping = keepUpload(context, ada, { name: 'slow', source });
  await sweepUploads(context);
  source.push('x');
  source.push(null);
  const { id } = await keeping;
  expect(await context.uploadFolder.list()).toEqual([id]);
});
