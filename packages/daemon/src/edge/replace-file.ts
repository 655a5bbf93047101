import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whoever reads the file sees the text of before or all of the new one, after a power failure too; only this user may. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.new`;
  const file = await open(beside, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}
