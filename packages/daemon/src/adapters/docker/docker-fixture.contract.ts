import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { packTar } from '../../../../../scripts/tar.ts';
import { ensureImage } from '../../../../../test/harness/image.ts';
import { startRegistry, type TestRegistry } from '../../../../../test/harness/registry.ts';
import type { Engine } from '../../ports/engine.ts';
import type { EngineFixture } from '../../ports/engine-bench.contract.ts';
import { createDockerEngine } from './docker-engine.ts';

interface Sockets {
  /** Of the engine under test. */
  readonly socket: string;
  /** For what the harness does by itself. */
  readonly realSocket: string;
}

/** The engine at `socket`, with two registries of its own that hold an image it does not have. */
export async function openDockerFixture({ socket, realSocket }: Sockets): Promise<EngineFixture> {
  const engine = createDockerEngine({ name: 'test', host: `unix://${socket}` });
  const image = await ensureImage(realSocket, 'silent');
  const [open, guarded] = await Promise.all([startRegistry(), startRegistry({ auth: true })]);
  const cargo = await buildCargo(engine, image);
  const offered = await offer(engine, open, { realSocket, cargo });
  const kept = await offer(engine, guarded, { realSocket, cargo });
  await engine.images.remove(cargo);
  const { username = '', password = '' } = guarded.credentials ?? {};
  return {
    engine,
    unreachable: createDockerEngine({ name: 'gone', host: 'unix:///no/such/place.sock' }),
    image,
    registry: {
      open: offered.name,
      digest: offered.digest,
      guarded: kept.name,
      credential: { registry: guarded.host, username, password },
      unreachable: '127.0.0.1:1/no/registry:1',
    },
    async close() {
      await Promise.all([removeImage(engine, offered.name), removeImage(engine, kept.name)]);
      await Promise.all([open.stop(), guarded.stop()]);
    },
  };
}

/** An image with a layer that no engine has seen before. */
async function buildCargo(engine: Engine, base: string): Promise<string> {
  const tag = `berth-test/cargo-${randomUUID()}:1`;
  const dockerfile = `FROM ${base}\nCOPY cargo /cargo\n`;
  const tar = packTar([
    { path: 'Dockerfile', content: dockerfile },
    { path: 'cargo', content: randomBytes(500_000) },
  ]);
  await engine.images.build(Readable.from(tar), { tag });
  return tag;
}

async function offer(
  engine: Engine,
  registry: TestRegistry,
  { realSocket, cargo }: { realSocket: string; cargo: string },
) {
  const pushed = await registry.push(realSocket, cargo, 'team/cargo:1');
  await engine.images.remove(pushed.name);
  return pushed;
}

async function removeImage(engine: Engine, reference: string): Promise<void> {
  await engine.images.remove(reference).catch(() => {});
}
