import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';

/** A request that went through to the engine. */
interface SeenCall {
  /** As in `GET /v1.41/containers/json?all=true`. */
  readonly line: string;
  readonly atMs: number;
  /** When the engine's answer began. */
  answeredMs?: number;
}

export interface EngineWatch {
  /** Where the watched program reaches the engine. */
  readonly socket: string;
  readonly calls: readonly SeenCall[];
  close(): Promise<void>;
}

const REQUEST = /^(?:GET|HEAD|POST|PUT|DELETE) \S+/;

/** Stands between a program and the engine, and notes each call; the bytes go through as they are. */
export async function watchEngine(engineSocket: string, socket: string): Promise<EngineWatch> {
  const calls: SeenCall[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const engine = connect(engineSocket);
    let current: SeenCall | undefined;
    client.on('data', (part: Buffer) => {
      const [line] = REQUEST.exec(part.toString('latin1', 0, 300)) ?? [];
      if (line !== undefined) calls.push((current = { line, atMs: performance.now() }));
    });
    engine.on('data', () => {
      if (current !== undefined) current.answeredMs ??= performance.now();
    });
    join(client, engine);
    for (const one of [client, engine]) open.add(one.on('close', () => open.delete(one)));
  });
  server.listen(socket);
  await once(server, 'listening');
  return {
    socket,
    calls,
    async close() {
      for (const one of open) one.destroy();
      server.close();
      await once(server, 'close');
      rmSync(socket, { force: true });
    },
  };
}

function join(one: Socket, other: Socket): void {
  one.pipe(other).on('error', () => one.destroy());
  other.pipe(one).on('error', () => other.destroy());
}
