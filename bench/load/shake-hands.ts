import { connect, createSecureContext, type TLSSocket } from 'node:tls';

export interface ShakePlan {
  readonly port: number;
  readonly host: string;
  readonly seconds: number;
  /** Of an earlier connection: the handshakes then go on with it, and throw when they were not let to. */
  readonly session?: Buffer;
}

const AT_A_TIME = 16;
const PATIENCE_MS = 10_000;
/**
 * Made once: it costs more than a handshake. One group for all: whoever knows X25519MLKEM768 would choose that, which is
 * safe for longer and costs a third more.
 */
const context = createSecureContext({ ecdhCurve: 'X25519' });

/** New TLS connections, several at a time, each ended as soon as it stands; resolves to how many there were. */
export async function shakeHands(plan: ShakePlan): Promise<number> {
  const end = performance.now() + plan.seconds * 1000;
  const shakeOn = async (): Promise<number> => {
    let done = 0;
    for (; performance.now() < end; done += 1) await shakeOnce(plan);
    return done;
  };
  const counts = await Promise.all(Array.from({ length: AT_A_TIME }, shakeOn));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** What a visitor is given to come back with; servers hand it out once something was said. */
export async function obtainSession(plan: Pick<ShakePlan, 'port' | 'host'>): Promise<Buffer> {
  const socket = open(plan);
  try {
    return await new Promise((resolve, reject) => {
      socket.on('session', resolve);
      socket.on('error', reject);
      socket.setTimeout(PATIENCE_MS, () => reject(new Error(`${plan.host} gave no session.`)));
      socket.on('secureConnect', () => socket.write(`GET /small HTTP/1.1\r\nHost: ${plan.host}\r\n\r\n`));
      socket.resume();
    });
  } finally {
    socket.destroy();
  }
}

function shakeOnce(plan: ShakePlan): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = open(plan);
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('A handshake took too long.')));
    socket.on('error', reject);
    socket.on('secureConnect', () => {
      const isAsPlanned = socket.isSessionReused() === (plan.session !== undefined);
      if (!isAsPlanned) reject(new Error(`A session was ${plan.session === undefined ? '' : 'not '}gone on with.`));
      socket.destroy();
    });
    socket.on('close', () => resolve());
  });
}

function open({ port, host, session }: Omit<ShakePlan, 'seconds'>): TLSSocket {
  const place = { host: '127.0.0.1', port, servername: host, ALPNProtocols: ['http/1.1'] };
  const resumed = session === undefined ? {} : { session };
  return connect({ ...place, secureContext: context, rejectUnauthorized: false, ...resumed });
}
