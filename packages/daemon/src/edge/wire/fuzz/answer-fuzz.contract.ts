import { AnswerHead, type BodyKind } from '../answer-head.ts';
import { textOf } from '../byte.ts';
import { type AnswerOrder, composeAnswer } from '../compose-answer.ts';
import { nameAt, valueAt } from '../field-text.ts';
import { createPassage } from '../passage.ts';
import { type HeadState, headState } from '../request-head.ts';
import { Slab } from '../slab.ts';
import { answerCorpus, answerDictionary } from './answer-corpus.contract.ts';
import { chunkedBody, sizedBody } from './body.contract.ts';
import { mutate } from './mutate.contract.ts';
import { type HeardAnswer, hearAnswer, type Reply } from './node-client.contract.ts';
import { Random } from './random.contract.ts';
import { readChunks } from './read-chunks.contract.ts';
import type { FuzzTally } from './request-fuzz.contract.ts';

const BATCH = 200;
const FINAL = 'HTTP/1.1 299 Final\r\nContent-Length: 0\r\n\r\n';
const MOST_BODY_BYTES = 5_000;
const TARGET = { instance: 'one', host: '10.0.0.2', port: 80 };
const PASSAGES = ['/', '/p'].map((pathPrefix) => createPassage({ stripPrefix: true, pathPrefix }, TARGET));

/** How an answer has to be understood by every reader. */
interface Meaning {
  readonly method: 'GET' | 'HEAD';
  readonly status: number;
  readonly reason: string;
  readonly version: string;
  readonly headers: readonly string[] | undefined;
  readonly body: string;
  readonly trailers: readonly string[];
}

interface Case {
  readonly sent: string;
  readonly meaning: Meaning;
}

/** As `fuzzRequests`, for answers and Node's client. */
export async function fuzzAnswers(seed: number, rounds: number): Promise<FuzzTally> {
  const random = new Random(seed);
  const tally: FuzzTally = { seed, inputs: 0, accepted: 0 };
  while (tally.inputs < rounds) {
    const cases: Case[] = [];
    for (const last = Math.min(rounds, tally.inputs + BATCH); tally.inputs < last; tally.inputs += 1)
      cases.push(...tryOne(random, tally));
    await Promise.all(cases.map((one) => judge(one, seed)));
  }
  return tally;
}

const head = new AnswerHead();
const slab = new Slab();

function tryOne(random: Random, tally: FuzzTally): readonly Case[] {
  const text = mutate(random.oneOf(answerCorpus), random, answerDictionary);
  const bytes = Buffer.from(text, 'latin1');
  if (parseInPieces(bytes, random) !== headState.whole) return [];
  tally.accepted += 1;
  // A switch to what was not asked for is refused further on.
  if (head.status === 101 && !head.isWebSocket) return [];
  const method = random.isOne(4) ? 'HEAD' : 'GET';
  const { fields } = head;
  const body = makeBody(head.bodyKind(method === 'HEAD'), random);
  if (body === undefined) return [];
  const meaning: Meaning = {
    method,
    status: head.status,
    reason: textOf(head.bytes, head.reasonStart, head.reasonEnd),
    version: `1.${head.minorVersion}`,
    headers: Array.from({ length: fields.count }, (_, index) => [nameAt(fields, index), valueAt(fields, index)]).flat(),
    body: body.data,
    trailers: body.trailers,
  };
  return [{ sent: text.slice(0, head.end) + body.bytes, meaning }, composeCase(meaning, random)];
}

/** The head has to be found the same however it comes in pieces. */
function parseInPieces(bytes: Buffer, random: Random): HeadState {
  const seen = describe(head.parse(bytes, 0, bytes.length));
  let state: HeadState = headState.partial;
  for (let end = 0; state === headState.partial && end < bytes.length; ) {
    end = Math.min(bytes.length, end + 1 + random.below(40));
    state = head.parse(bytes, 0, end);
  }
  if (describe(state) === seen) return state;
  throw new Error(`Cut in pieces it is another answer: ${JSON.stringify(bytes.toString('latin1'))}`);
}

function describe(state: HeadState): string {
  if (state !== headState.whole) return String(state);
  return JSON.stringify([head.end, head.status, head.contentLength, head.isChunked, head.keepsAlive, head.isWebSocket]);
}

interface FuzzBody {
  readonly data: string;
  readonly bytes: string;
  readonly trailers: readonly string[];
}

function makeBody(kind: BodyKind, random: Random): FuzzBody | undefined {
  if (kind === 'none') return { data: '', bytes: head.status < 200 && head.status !== 101 ? FINAL : '', trailers: [] };
  if (kind === 'close') return { ...sizedBody(random.below(50)), trailers: [] };
  if (kind === 'length')
    return head.contentLength > MOST_BODY_BYTES ? undefined : { ...sizedBody(head.contentLength), trailers: [] };
  const { bytes } = chunkedBody(random);
  const { data, trailers } = readChunks(Buffer.from(bytes, 'latin1'), 0, random);
  return { data, bytes, trailers };
}

/** The same answer as the visitor gets it. */
function composeCase(meaning: Meaning, random: Random): Case {
  const order: AnswerOrder = {
    speaks: random.oneOf(['http1.1', 'http1.0']),
    isAnswerToHead: meaning.method === 'HEAD',
    keepsAlive: random.isOne(2),
    passage: random.oneOf(PASSAGES),
    host: 'x.test',
    extra: undefined,
    dateLine: undefined,
  };
  slab.clear();
  const kind = composeAnswer(slab, head, order);
  const composed = slab.view().toString('latin1');
  const isInterim = head.status < 200 && head.status !== 101;
  const framed = kind === 'chunked' ? frame(meaning.body) : meaning.body;
  const trailers: readonly string[] = [];
  const plain: Meaning = { ...meaning, version: '1.1', headers: undefined, trailers };
  checkComposed(composed, kind, order);
  return { sent: composed + (isInterim ? FINAL : framed), meaning: plain };
}

function frame(body: string): string {
  return body === '' ? '0\r\n\r\n' : `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
}

const composedHead = new AnswerHead();

/** What the edge sends it would take itself. */
function checkComposed(composed: string, kind: BodyKind, order: AnswerOrder): void {
  const bytes = Buffer.from(composed, 'latin1');
  const state = composedHead.parse(bytes, 0, bytes.length);
  const isSound = composedHead.bodyKind(order.isAnswerToHead) === kind && composedHead.end === bytes.length;
  if (state !== headState.whole || !isSound)
    throw new Error(`What was composed is unsound: ${JSON.stringify(composed)}`);
}

async function judge({ sent, meaning }: Case, seed: number): Promise<void> {
  const reply = await hearAnswer(Buffer.from(sent, 'latin1'), meaning.method);
  const complaint = complainOf(reply, meaning);
  if (complaint === undefined) return;
  const facts = [`sent ${JSON.stringify(sent)}`, `edge ${JSON.stringify(meaning)}`, `Node ${JSON.stringify(reply)}`];
  throw new Error(`${complaint} (seed ${seed})\n${facts.join('\n')}`);
}

function complainOf(reply: Reply, meaning: Meaning): string | undefined {
  if (meaning.status < 200) return complainOfInterim(reply, meaning.status);
  if (reply.answer === undefined) return 'Node refuses what the edge takes';
  if (!isSame(reply.answer, meaning)) return 'Node understands another answer';
  return reply.answer.isWhole && reply.error === undefined ? undefined : 'Node does not see the end';
}

function complainOfInterim({ interim, answer, error }: Reply, status: number): string | undefined {
  const isEndSeen = status === 101 || answer?.status === 299;
  // What an interim answer says about the connection is for the final one to say.
  if (interim[0] === status && (isEndSeen || error === 'HPE_CLOSED_CONNECTION')) return undefined;
  return 'Node sees no interim answer';
}

function isSame(answer: HeardAnswer, meaning: Meaning): boolean {
  return (
    answer.status === meaning.status &&
    answer.reason === meaning.reason &&
    answer.version === meaning.version &&
    answer.body === meaning.body &&
    isSameList(answer.trailers, meaning.trailers) &&
    (meaning.headers === undefined || isSameList(answer.headers, meaning.headers))
  );
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
