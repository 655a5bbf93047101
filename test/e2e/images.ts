import { ensureImage } from '../harness/image.ts';

/** The images that these tests deploy: built once per engine. */
export async function ensureImages(socket: string): Promise<void> {
  await ensureImage(socket, 'web', 1);
  await ensureImage(socket, 'web', 2);
  for (const image of ['exit', 'silent', 'node'] as const) await ensureImage(socket, image);
}
