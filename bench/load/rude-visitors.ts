import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { EchoLine, renderUpgrade } from './echo-line.ts';

export interface RudePlan {
  readonly port: number;
  readonly host: string;
  /** Of each kind. */
  readonly count: number;
}

export interface RudeVisitors {
  /** Visits so far, of all kinds. */
  readonly visits: number;
  /** Pages of the visitors who wait for them, so far; and what was wrong with others of theirs. */
  readonly pages: number;
  readonly failures: readonly string[];
  /** Resolves when the last has gone. */
  stop(): Promise<void>;
}

type Place = Pick<RudePlan, 'port' | 'host'>;

const MOST_PATIENCE_MS = 60;
const SILENCE_MS = 2_000;
const PATIENCE_MS = 20_000;
const PART = Buffer.alloc(64 * 1024, 'x');

/** All but the first kind go before their time, each at another moment. */
const KINDS: readonly ((place: Place) => Promise<void>)[] = [
  (place) => leave(place, `GET /small HTTP/1.1\r\nHost: ${place.host}\r\nX-Unfin`),
  (place) => leave(place, renderGet('/slow', place)),
  (place) => leave(place, renderGet('/stream', place)),
  (place) => leave(place, `${renderPost(place, 'Content-Length: 1048576')}${PART.toString()}`),
  (place) => leave(place, `${renderPost(place, 'Transfer-Encoding: chunked')}10000\r\n${PART.toString()}`),
  (place) => leave(place, renderUpgrade(place.host)),
  (place) => leave(place, renderGet('/small', place).repeat(20)),
  (place) => reset(place, renderGet('/stream', place)),
  (place) => keepSilent(place),
  (place) => closeHalf(place),
  (place) => talk(place),
];

/** Visitors of all bad manners, and some who only want their page; each comes back at once. */
export function startRudeVisitors({ count, ...place }: RudePlan): RudeVisitors {
  const state = { visits: 0, pages: 0, isStopping: false };
  const failures: string[] = [];
  const repeat = async (visit: () => Promise<void>): Promise<void> => {
    while (!state.isStopping) {
      await visit();
      state.visits += 1;
    }
  };
  const want = async (): Promise<void> => {
    const problem = await askForPage(place);
    if (problem === undefined) state.pages += 1;
    else failures.push(problem);
    await delay(MOST_PATIENCE_MS);
  };
  const kinds = [want, ...KINDS.map((kind) => () => kind(place))];
  const all = kinds.flatMap((visit) => Array.from({ length: count }, () => repeat(visit)));
  return {
    get visits() {
      return state.visits;
    },
    get pages() {
      return state.pages;
    },
    failures,
    async stop() {
      state.isStopping = true;
      await Promise.all(all);
    },
  };
}

/** Says something and is gone a moment later, with a FIN. */
async function leave(place: Place, words: string): Promise<void> {
  const socket = open(place);
  socket.write(words);
  await delay(Math.random() * MOST_PATIENCE_MS);
  await close(socket);
}

/** The same with an RST. */
async function reset(place: Place, words: string): Promise<void> {
  const socket = open(place);
  socket.write(words);
  await delay(Math.random() * MOST_PATIENCE_MS);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resetAndDestroy();
  await closed;
}

/** A connection on which nothing comes. */
async function keepSilent(place: Place): Promise<void> {
  const socket = open(place);
  await delay(Math.random() * SILENCE_MS);
  await close(socket);
}

/** Says that nothing more will come, and waits for the answer or the end. */
async function closeHalf(place: Place): Promise<void> {
  const socket = open(place);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.end(renderGet('/slow', place));
  socket.once('data', () => setTimeout(() => socket.destroy(), MOST_PATIENCE_MS));
  await closed;
}

/** A WebSocket that ends without a close frame, in the middle of a message. */
async function talk(place: Place): Promise<void> {
  const line = new EchoLine({ ...place, messageBytes: 4096 });
  line.opened.catch(() => undefined);
  await delay(Math.random() * SILENCE_MS);
  line.destroy();
  await line.closed;
}

async function askForPage({ port, host }: Place): Promise<string | undefined> {
  const socket = open({ port, host });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  let answer = '';
  socket.on('data', (part: Buffer) => (answer += part.toString('latin1')));
  socket.write(`GET /small HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  await closed;
  return answer.startsWith('HTTP/1.1 200') ? undefined : answer.slice(0, 200) || 'nothing came';
}

function open({ port }: Place): Socket {
  const socket = connect({ host: '127.0.0.1', port });
  // What comes is read, and an end of the other side is no surprise here.
  return socket.on('error', () => undefined).resume();
}

function close(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve();
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.destroy();
  return closed;
}

function renderGet(path: string, { host }: Place): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
}

function renderPost({ host }: Place, framing: string): string {
  return `POST /upload HTTP/1.1\r\nHost: ${host}\r\n${framing}\r\n\r\n`;
}
