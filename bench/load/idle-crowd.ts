import { connect, type Socket } from 'node:net';

export interface CrowdPlan {
  readonly port: number;
  readonly host: string;
  readonly count: number;
}

/** Visitors who had their page and keep their connections. */
export interface Crowd {
  /** How many of the connections the other side has not ended. */
  countOpen(): number;
  close(): void;
}

const AT_A_TIME = 64;
/** One for all: what comes in is looked at when it comes. */
const buffer = Buffer.alloc(64 * 1024);

/** Opens so many connections, asks once on each, and says nothing any more. */
export async function openCrowd({ port, host, count }: CrowdPlan): Promise<Crowd> {
  const request = `GET /small HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const open = new Set<Socket>();
  let left = count;
  const openSome = async (): Promise<void> => {
    for (; left > 0; ) {
      left -= 1;
      const socket = await openIdle(port, request);
      open.add(socket.on('close', () => open.delete(socket)));
    }
  };
  const close = () => open.forEach((socket) => socket.destroy());
  try {
    await Promise.all(Array.from({ length: AT_A_TIME }, openSome));
  } catch (error) {
    close();
    throw error;
  }
  return { countOpen: () => open.size, close };
}

function openIdle(port: number, request: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const callback = (size: number): boolean => {
      const isPage = buffer.toString('latin1', 0, Math.min(size, 12)) === 'HTTP/1.1 200';
      if (isPage) resolve(socket);
      else socket.destroy(new Error('A page did not come.'));
      return true;
    };
    const socket = connect({ host: '127.0.0.1', port, onread: { buffer, callback } });
    socket.on('error', reject);
    socket.write(request);
  });
}
