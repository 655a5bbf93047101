import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A registry behind a door: layers pass only while it is open. Everything else passes at once. */
export interface HeldRegistry {
  /** `127.0.0.1:<port>`: the first part of an image's name. */
  readonly host: string;
  /** How many requests for layers wait. */
  waiting(): number;
  /** Lets everything pass from now on. */
  open(): void;
  stop(): Promise<void>;
}

/** Puts a door before a registry that listens at `host`. */
export async function holdRegistry(host: string): Promise<HeldRegistry> {
  const held: (() => void)[] = [];
  let isOpen = false;
  const server = createServer((incoming, outgoing) => {
    const pass = (): void => relay(host, incoming, outgoing);
    if (isOpen || !/\/blobs\//.test(incoming.url ?? '')) pass();
    else held.push(pass);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    waiting: () => held.length,
    open() {
      isOpen = true;
      for (const pass of held.splice(0)) pass();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function relay(host: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const [hostname = '', port = ''] = host.split(':');
  const { method = 'GET', url = '/', headers } = incoming;
  const onward = send({ hostname, port, method, path: url, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
