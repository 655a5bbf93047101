import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import { defaultConnections, type ConnectionLimits } from '../../core/edge-control.ts';
import { CertificateFile } from '../door/certificate-file.ts';
import { ChallengeBook } from '../door/challenge-book.ts';
import { Door, type Scheme } from '../door/door.ts';
import { type Listener, openListener } from '../door/listener.ts';
import { TlsEntrance } from '../door/tls-entrance.ts';
import type { Arrival } from '../exchange/arrival.ts';
import type { VisitorConnection } from '../exchange/visitor-connection.ts';
import { createLog } from '../log.ts';
import { createTrust } from '../trusted-proxies.ts';

/** A door behind which each visitor is told how it came in, as a line of JSON, and hears then what it says. */
export interface TestDoor {
  readonly door: Door;
  readonly tls: TlsEntrance;
  readonly challenges: ChallengeBook;
  readonly certificateFile: string;
  /** Visitors whose connection is taken for busy. */
  readonly busy: Set<Socket>;
  /** The edge's ends of all connections that were handed on. */
  readonly sockets: readonly Socket[];
  listen(scheme: Scheme): Promise<number>;
  close(): void;
}

interface DoorWish {
  readonly trustedProxies?: readonly string[];
  readonly proxyProtocol?: boolean;
  readonly limits?: ConnectionLimits;
  /** An earlier door's. */
  readonly folder?: string;
}

export function openTestDoor(wish: DoorWish = {}): TestDoor {
  const folder = mkdtempSync(join(tmpdir(), 'berth-door-'));
  const certificateFile = join(folder, 'certificates.json');
  const log = createLog(() => undefined);
  const challenges = new ChallengeBook();
  const tls = new TlsEntrance({ challenges, log }, new CertificateFile(certificateFile, log));
  const sockets: Socket[] = [];
  const busy = new Set<Socket>();
  const speakHttp1 = (socket: Socket, arrival: Arrival): VisitorConnection => {
    sockets.push(socket);
    return greet(socket, arrival, busy);
  };
  const door = new Door({
    speakHttp1,
    speakHttp2: async (socket, arrival) => speakHttp1(socket, arrival),
    tls,
    trustsPeer: createTrust(wish.trustedProxies ?? []),
    limits: wish.limits ?? defaultConnections,
    proxyProtocol: wish.proxyProtocol ?? false,
  });
  const listeners: Listener[] = [];
  return {
    door,
    tls,
    challenges,
    certificateFile,
    busy,
    sockets,
    listen: async (scheme) => {
      const place = { wish: '127.0.0.1:0', scheme };
      const listener = await openListener(place, { take: (socket, by) => door.take(socket, by), log });
      listeners.push(listener);
      return (listener.server.address() as { readonly port: number }).port;
    },
    close: () => {
      for (const { server } of listeners) server.close();
      door.closeAll();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function greet(socket: Socket, { firstBytes, ...arrival }: Arrival, busy: ReadonlySet<Socket>): VisitorConnection {
  socket.write(`${JSON.stringify(arrival)}\n`);
  if (firstBytes !== undefined) socket.write(firstBytes);
  socket.on('data', (chunk: Buffer) => socket.write(chunk));
  socket.once('end', () => socket.end()).on('error', () => undefined);
  return {
    get isIdle() {
      return !busy.has(socket);
    },
    retire: () => void socket.end(),
  };
}
