import { once } from 'node:events';
import { connect } from 'node:tls';
import { code, type Frame, frame, flag, ping, preface, readFrames, settings, type } from './frame.ts';
import type { StrictCase, StrictFate } from './strict-case.ts';

/** What a server did with a case, in words; undefined when it was right. */
export type Fault = string | undefined;

const PATIENCE_MS = 10_000;
/** Two of them, one after the other: what a server had to say before the second's answer, it has said. */
const FENCES = ['fence  1', 'fence  2'] as const;

interface Heard {
  readonly frames: readonly Frame[];
  readonly isClosed: boolean;
}

/** Says a case to the server on a connection of its own, and judges what comes back. */
export async function converse(port: number, one: StrictCase): Promise<Fault> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: 'app.test',
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
  });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  const heard: { frames: Frame[]; isClosed: boolean } = { frames: [], isClosed: false };
  const { promise, resolve } = Promise.withResolvers<Fault>();
  const judgeNow = (): void => {
    const verdict = judge(one, heard);
    if (verdict !== 'open') resolve(verdict === 'right' ? undefined : verdict);
  };
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (part: Buffer) => {
    const read = readFrames(Buffer.concat([rest, part]));
    rest = read.rest;
    for (const next of read.frames) {
      heard.frames.push(next);
      for (const answer of answersTo(next)) socket.write(answer);
    }
    judgeNow();
  });
  socket.once('close', () => {
    heard.isClosed = true;
    judgeNow();
  });
  const fence = one.isOpenEnded === true ? Buffer.alloc(0) : ping(FENCES[0]);
  socket.write(Buffer.concat([one.greeting ?? Buffer.concat([preface, settings()]), one.bytes, fence]));
  const timer = setTimeout(() => resolve(`nothing for ${PATIENCE_MS} ms, after ${describe(heard)}`), PATIENCE_MS);
  const fault = await promise;
  clearTimeout(timer);
  socket.destroy();
  return fault;
}

function answersTo({ type: kind, flags, payload }: Frame): Buffer[] {
  const isAcknowledged = (flags & flag.acknowledged) !== 0;
  if (kind === type.settings && !isAcknowledged) return [frame(type.settings, { flags: flag.acknowledged })];
  return kind === type.ping && isAcknowledged && payload.toString() === FENCES[0] ? [ping(FENCES[1])] : [];
}

/** `open` as long as it could go either way. */
function judge({ fate }: StrictCase, heard: Heard): string {
  if (fate.kind === 'ignored') return judgeQuiet(heard);
  if (fate.kind === 'answered') return judgeAnswer(fate.stream, heard);
  const goaway = heard.frames.find((one) => one.type === type.goaway);
  if (goaway !== undefined) return judgeCode(goaway.payload.readUInt32BE(4), fate);
  if (heard.isClosed) return 'right';
  if (fate.kind === 'connection-error') return isPast(heard) ? `it went on: ${describe(heard)}` : 'open';
  return judgeStream(fate, heard);
}

function judgeStream(fate: Extract<StrictFate, { readonly stream: number }>, heard: Heard): string {
  const onStream = (kind: number) => heard.frames.find((one) => one.type === kind && one.stream === fate.stream);
  const [end, answer] = [onStream(type.reset), onStream(type.headers)];
  if (end !== undefined) return judgeCode(end.payload.readUInt32BE(0), fate);
  // An error comes at once or never; an answer takes its time.
  if (fate.kind === 'stream-error') return isPast(heard) ? `it went on: ${describe(heard)}` : 'open';
  if (answer === undefined) return 'open';
  return statusOf(answer) === '4' ? 'right' : 'it was answered';
}

/** What the server had to say of the bytes it has said. */
function isPast({ frames }: Heard): boolean {
  return frames.some((one) => one.type === type.ping && one.payload.toString() === FENCES[1]);
}

function hasEnded({ frames, isClosed }: Heard): boolean {
  return isClosed || frames.some((one) => one.type === type.goaway);
}

function judgeQuiet(heard: Heard): string {
  if (hasEnded(heard)) return `it ended: ${describe(heard)}`;
  if (!isPast(heard)) return 'open';
  return heard.frames.some((one) => one.type === type.reset) ? `a stream ended: ${describe(heard)}` : 'right';
}

function judgeAnswer(stream: number, heard: Heard): string {
  const answer = heard.frames.find((one) => one.type === type.headers && one.stream === stream);
  if (answer !== undefined) return statusOf(answer) === '2' ? 'right' : 'it was refused';
  const isReset = heard.frames.some((one) => one.type === type.reset && one.stream === stream);
  return hasEnded(heard) || isReset ? `it was not answered: ${describe(heard)}` : 'open';
}

function judgeCode(found: number, fate: StrictFate): string {
  return ('codes' in fate ? fate.codes : [code.protocol, code.compression]).includes(found)
    ? 'right'
    : `it said code ${found}`;
}

/** The class of a status: what servers say first, indexed (RFC 7541, appendix A) or as text. */
function statusOf({ payload }: Frame): string {
  // A change of the table's size may stand in front.
  const start = [...payload].findIndex((byte) => (byte & 0xe0) !== 0x20);
  const first = payload[start] ?? 0;
  const known = ['2', '2', '2', '3', '4', '4', '5'][first - 0x88];
  if (known !== undefined) return known;
  // A literal behind the name's index and the length: Huffman's 4 is 0110 10, its 2 is 0001 0.
  const text = payload[start + 2] ?? 0;
  return ((payload[start + 1] ?? 0) & 0x80) === 0 ? String.fromCharCode(text) : text >> 2 === 0b011010 ? '4' : '2';
}

function describe({ frames, isClosed }: Heard): string {
  const words = frames.map(
    (one) => `${one.type}/${one.stream}${one.type === type.goaway ? `:${one.payload.readUInt32BE(4)}` : ''}`,
  );
  return `${words.join(' ')}${isClosed ? ' closed' : ''}`;
}
