import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { smallPage } from './small-page.ts';
import type { Backend } from './static-backend.ts';

const HEAD_END = '\r\n\r\n';

export interface CannedBackend extends Backend {
  /** Every byte that came since the last `forget`, one text (latin1) for each connection. */
  heard(): readonly string[];
  /** From now on what comes is kept. */
  forget(): void;
}

/**
 * Answers in this very process, so that no switch between processes adds to what a visitor here measures. `/small` gives
 * the small page, `/seen` what checks ask for; requests have no body and come whole.
 */
export async function startCannedBackend(): Promise<CannedBackend> {
  let heard: Map<Socket, string> | undefined;
  const sockets = new Set<Socket>();
  const page = render(smallPage);
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)));
    socket.on('error', () => socket.destroy());
    socket.on('data', (part: Buffer) => {
      heard?.set(socket, (heard.get(socket) ?? '') + part.toString('latin1'));
      if (part.includes(HEAD_END)) socket.write(part.includes('/seen') ? render(tell(part)) : page);
    });
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  return {
    port,
    heard: () => [...(heard?.values() ?? [])],
    forget: () => {
      heard = new Map();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function tell(part: Buffer): string {
  const text = part.toString('latin1');
  const read = (name: string) => new RegExp(`^${name}: *(.*?)\\r$`, 'im').exec(text)?.[1] ?? '';
  return `${read('host')} ${read('x-forwarded-for')} ${read('x-forwarded-proto')}`;
}

function render(body: string): Buffer {
  const head = ['HTTP/1.1 200 OK', 'Content-Type: text/plain', `Content-Length: ${body.length}`];
  return Buffer.from(`${head.join('\r\n')}${HEAD_END}${body}`);
}
