import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { generatedFolders, renderGeneratedFiles } from '../../scripts/reference/generated-files.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const files = await renderGeneratedFiles();

test.each([...files.keys()])('%s is as it is generated: run `npm run generate`', async (path) => {
  expect(await readFile(ROOT + path, 'utf8').catch(() => 'there is no such file')).toBe(files.get(path));
});

test('nothing else lies where everything is generated', async () => {
  const found = await Promise.all(generatedFolders.map(listFiles));
  expect(found.flat().filter((path) => !files.has(path))).toEqual([]);
});

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(ROOT + folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(ROOT.length));
}
