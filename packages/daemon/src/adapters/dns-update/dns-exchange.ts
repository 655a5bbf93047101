import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { readHead } from './dns-message.ts';

/** Where a server of the DNS listens. */
export interface DnsServer {
  readonly host: string;
  readonly port: number;
}

const datagramTries = 2;
const datagramMs = 2_000;
const streamMs = 10_000;

/**
 * The answer to a message: by UDP, again after silence, and by TCP where UDP gets none or a cut one. Rejects with what the
 * network says.
 */
export async function exchange(server: DnsServer, message: Buffer): Promise<Buffer> {
  for (let tries = 0; tries < datagramTries; tries += 1) {
    const answer = await askByDatagram(server, message).catch(() => undefined);
    if (answer !== undefined && readHead(answer)?.isTruncated === false) return answer;
    if (answer !== undefined) break;
  }
  return askByStream(server, message);
}

/** Undefined after silence. What does not answer this very message is a stranger's. */
function askByDatagram({ host, port }: DnsServer, message: Buffer): Promise<Buffer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  const timer = setTimeout(() => resolve(undefined), datagramMs);
  socket.on('error', reject);
  socket.on('message', (answer) => {
    if (isAnswerTo(answer, message)) resolve(answer);
  });
  // Connected: the kernel drops what comes from elsewhere, and says when nobody listens.
  socket.connect(port, host, () => socket.send(message));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.close();
  });
}

function askByStream({ host, port }: DnsServer, message: Buffer): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const socket = connect({ host, port });
  const timer = setTimeout(() => reject(new Error(`no answer within ${streamMs / 1000} s`)), streamMs);
  let received = Buffer.alloc(0);
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('the connection ended without an answer')));
  socket.on('connect', () => socket.write(withLength(message)));
  socket.on('data', (part: Buffer) => {
    received = Buffer.concat([received, part]);
    const answer = wholeMessage(received);
    if (answer !== undefined && isAnswerTo(answer, message)) resolve(answer);
  });
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}

function isAnswerTo(answer: Buffer, message: Buffer): boolean {
  const head = readHead(answer);
  return head !== undefined && head.isAnswer && head.id === message.readUInt16BE(0);
}

/** Two bytes of length stand before a message in a stream (RFC 1035, 4.2.2). */
function withLength(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

function wholeMessage(received: Buffer): Buffer | undefined {
  if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return undefined;
  return received.subarray(2, 2 + received.readUInt16BE(0));
}
