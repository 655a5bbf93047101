import { once } from 'node:events';
import { createServer } from 'node:net';

/** Why nobody can listen there, as a sentence that names the setting; undefined when one can. */
export async function findListenProblem(listen: string, variable: string): Promise<string | undefined> {
  const colon = listen.lastIndexOf(':');
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, '');
  const port = Number(listen.slice(colon + 1));
  const server = createServer();
  try {
    await once(server.listen({ port, ...(host === '' ? {} : { host }) }), 'listening');
  } catch (error) {
    const reason = isTaken(error) ? 'another program listens there' : String(error);
    return `it cannot listen on ${listen}: ${reason}. Choose another address, as in ${variable}=${renderOther(host, port)} npm start`;
  }
  server.close();
  await once(server, 'close');
  return undefined;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function renderOther(host: string, port: number): string {
  return `${host}:${port === 65535 ? 1024 : port + 1}`;
}
