import { createHash } from 'node:crypto';
import { callEngine } from '../../scripts/engine-call.ts';
import { packTar } from '../../scripts/tar.ts';
import { describeBusyboxImage } from './image/busybox.ts';
import { describeNodeImage, describeNodeRuntime } from './image/node.ts';
import type { ImageSource, TestImage } from './image/source.ts';

const HASH_LABEL = 'berth-test.hash';

/** Makes sure the engine has `berth-test/<image>:<version>` and returns that name. Costs one request when it is there already. */
export async function ensureImage(socket: string, image: TestImage, version = 1): Promise<string> {
  const name = `berth-test/${image}:${version}`;
  if (image !== 'node') return buildOnce(socket, name, describeBusyboxImage(image, version));
  await buildOnce(socket, 'berth-test/node-runtime:1', describeNodeRuntime());
  return buildOnce(socket, name, describeNodeImage(version));
}

async function buildOnce(socket: string, name: string, { dockerfile, files }: ImageSource): Promise<string> {
  const archive = packTar([{ path: 'Dockerfile', content: dockerfile }, ...files]);
  const hash = archive.reduce((sum, chunk) => sum.update(chunk), createHash('sha256')).digest('hex');
  if ((await findHash(socket, name)) === hash) return name;
  const query = new URLSearchParams({ t: name, labels: JSON.stringify({ [HASH_LABEL]: hash }), forcerm: '1' });
  const { status, text } = await callEngine(socket, `POST /build?${query}`, {
    body: archive,
    headers: { 'content-type': 'application/x-tar' },
  });
  // A build fails inside an answer of 200.
  if (status !== 200 || text.includes('"errorDetail"'))
    throw new Error(`The image ${name} could not be built: ${text}`);
  return name;
}

async function findHash(socket: string, name: string): Promise<string | undefined> {
  const { status, text } = await callEngine(socket, `GET /images/${name}/json`);
  if (status !== 200) return undefined;
  return (JSON.parse(text) as { Config: { Labels?: Record<string, string> | null } }).Config.Labels?.[HASH_LABEL];
}
