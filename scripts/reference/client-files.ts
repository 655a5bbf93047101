import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';

/**
 * The typed client's files by their path, generated from the OpenAPI document. Those that no operation shapes are the
 * generator's own and do not bear our strictness: they are left unchecked, their types are not.
 */
export async function renderClientFiles(openApi: string): Promise<ReadonlyMap<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-client-'));
  try {
    const input = join(folder, 'openapi.json');
    await writeFile(input, openApi);
    await createClient({
      input,
      output: { path: join(folder, 'out'), module: { extension: '.ts' }, entryFile: false },
      logs: { level: 'silent' },
      plugins: ['@hey-api/client-fetch', '@hey-api/sdk', '@hey-api/typescript'],
    });
    return await readFiles(join(folder, 'out'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts')).toSorted();
  const files = names.map(async (name) => {
    const text = await readFile(join(folder, name), 'utf8');
    return [name, /^(?:client|core)\//.test(name) ? `// @ts-nocheck\n${text}` : text] as const;
  });
  return new Map(await Promise.all(files));
}
