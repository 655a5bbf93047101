import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFolders, renderGeneratedFiles } from './reference/generated-files.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

const files = await renderGeneratedFiles();
await Promise.all(generatedFolders.map((folder) => rm(ROOT + folder, { recursive: true, force: true })));
for (const [path, text] of files) {
  await mkdir(dirname(ROOT + path), { recursive: true });
  await writeFile(ROOT + path, text);
}
console.log(`${files.size} files were generated.`);
