import { textOf } from '../byte.ts';
import { composeRequest } from '../compose-request.ts';
import { field } from '../field.ts';
import { nameAt, valueAt } from '../field-text.ts';
import { createOrigin } from '../origin.ts';
import { createPassage } from '../passage.ts';
import { type HeadState, headState, RequestHead } from '../request-head.ts';
import { Slab } from '../slab.ts';
import { chunkedBody, sizedBody } from './body.contract.ts';
import { mutate } from './mutate.contract.ts';
import { type HeardRequest, type Hearing, NodeServer } from './node-server.contract.ts';
import { Random } from './random.contract.ts';
import { readChunks } from './read-chunks.contract.ts';
import { requestCorpus, requestDictionary } from './request-corpus.contract.ts';

/** What a run tried, and what came of it. */
export interface FuzzTally {
  readonly seed: number;
  inputs: number;
  /** Understood by the edge, and so judged by Node. */
  accepted: number;
}

const BATCH = 200;
const MARKER = 'GET /marker HTTP/1.1\r\nHost: marker\r\n\r\n';
const MOST_BODY_BYTES = 5_000;
const TARGET = { instance: 'one', host: '10.0.0.2', port: 80 };
const ORIGINS = [true, false].map((isTrusted) => createOrigin({ address: '10.9.8.7', isTrusted, scheme: 'http' }));
const PASSAGES = [
  createPassage({ stripPrefix: false, pathPrefix: '/' }, TARGET),
  createPassage(
    { stripPrefix: false, pathPrefix: '/', options: { rewritesHost: true, requestHeaders: { 'x-a': 'added' } } },
    { ...TARGET, pathBase: '/base' },
  ),
];

const NEVER_SENT = /^(?:te|keep-alive|proxy(?:-connection)?|http2-settings|content_length|transfer_encoding):/im;

/** How a request has to be understood by every reader. */
interface Meaning {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly string[] | undefined;
  /** What follows can be seen: Node takes what comes behind an upgrade and a body for another protocol's. */
  readonly keepsAlive: boolean;
  readonly body: string;
  readonly trailers: readonly string[];
}

interface Case {
  readonly sent: string;
  readonly meaning: Meaning;
}

/**
 * Mutated requests: what the edge understands, Node's parser understands in the same way, as it came and as the edge
 * passes it on. Throws an error that shows the first request of which that is not true.
 */
export async function fuzzRequests(seed: number, rounds: number): Promise<FuzzTally> {
  const random = new Random(seed);
  const server = new NodeServer();
  const tally: FuzzTally = { seed, inputs: 0, accepted: 0 };
  while (tally.inputs < rounds) {
    const cases: Case[] = [];
    for (const last = Math.min(rounds, tally.inputs + BATCH); tally.inputs < last; tally.inputs += 1)
      cases.push(...tryOne(random, tally));
    await Promise.all(cases.map((one) => judge(server, one, seed)));
  }
  return tally;
}

const head = new RequestHead();
const slab = new Slab();

function tryOne(random: Random, tally: FuzzTally): readonly Case[] {
  const text = mutate(random.oneOf(requestCorpus), random, requestDictionary);
  const bytes = Buffer.from(text, 'latin1');
  if (parseInPieces(bytes, random) !== headState.whole) return [];
  tally.accepted += 1;
  const body = makeBody(random);
  if (body === undefined) return [];
  const headText = text.slice(0, head.end);
  const raw = /^(?:\r\n)?\S+ (\S+) HTTP/.exec(text)?.[1] ?? '';
  const meaning: Meaning = {
    method: head.method,
    target: raw,
    version: `1.${head.minorVersion}`,
    headers: listHeaders(),
    keepsAlive: head.keepsAlive && !head.fields.has(field.upgrade),
    body: body.data,
    trailers: body.trailers,
  };
  return [{ sent: headText + body.bytes, meaning }, composeCase(random, meaning, body.bytes)];
}

/** The head has to be found the same however it comes in pieces. */
function parseInPieces(bytes: Buffer, random: Random): HeadState {
  const whole = head.parse(bytes, 0, bytes.length);
  const seen = describe(whole);
  let state: HeadState = headState.partial;
  for (let end = 0; state === headState.partial && end < bytes.length; ) {
    end = Math.min(bytes.length, end + 1 + random.below(40));
    state = head.parse(bytes, 0, end);
  }
  if (describe(state) !== seen)
    throw new Error(`Cut in pieces it is another request: ${JSON.stringify(bytes.toString('latin1'))}`);
  return state;
}

function describe(state: HeadState): string {
  if (state !== headState.whole) return `${state} ${head.refusal?.detail}`;
  return JSON.stringify([
    head.end,
    head.targetStart,
    head.targetEnd,
    head.pathEnd,
    head.contentLength,
    head.isChunked,
    head.keepsAlive,
  ]);
}

interface FuzzBody {
  readonly data: string;
  readonly bytes: string;
  readonly trailers: readonly string[];
}

/** Undefined where there is nothing to judge: a body that the edge refuses or that is too long to be sent here. */
function makeBody(random: Random): FuzzBody | undefined {
  if (!head.isChunked) {
    const length = Math.max(head.contentLength, 0);
    return length > MOST_BODY_BYTES ? undefined : { ...sizedBody(length), trailers: [] };
  }
  const sound = chunkedBody(random).bytes;
  const isMutated = random.isOne(2);
  const text = isMutated ? mutate(sound, random, requestDictionary) : sound;
  const read = readChunks(Buffer.from(text, 'latin1'), 0, random);
  if (read.outcome !== 'whole') {
    if (isMutated) return undefined;
    throw new Error(`A sound body was not understood: ${JSON.stringify(sound)}`);
  }
  return { data: read.data, bytes: text.slice(0, read.end), trailers: read.trailers };
}

function listHeaders(): readonly string[] {
  const { fields } = head;
  return Array.from({ length: fields.count }, (_, index) => [nameAt(fields, index), valueAt(fields, index)]).flat();
}

/** The same request as the app gets it. */
function composeCase(random: Random, meaning: Meaning, body: string): Case {
  const passage = random.oneOf(PASSAGES);
  slab.clear();
  composeRequest(slab, head, { origin: random.oneOf(ORIGINS), passage });
  const target = passage.base + textOf(head.bytes, head.targetStart, head.targetEnd);
  const composed = slab.view().toString('latin1');
  checkComposed(composed);
  return {
    sent: composed + body,
    meaning: { ...meaning, target, version: '1.1', headers: undefined, keepsAlive: !head.isWebSocket },
  };
}

const composedHead = new RequestHead();

/** What the edge sends it would take itself: one framing, one host, nothing of the connection. */
function checkComposed(composed: string): void {
  const bytes = Buffer.from(composed, 'latin1');
  const state = composedHead.parse(bytes, 0, bytes.length);
  const isSame =
    composedHead.isChunked === head.isChunked &&
    Math.max(composedHead.contentLength, 0) === Math.max(head.contentLength, 0);
  const isClean = !NEVER_SENT.test(composed);
  if (state !== headState.whole || composedHead.end !== bytes.length || !isSame || !isClean)
    throw new Error(`What was composed is unsound: ${JSON.stringify(composed)}`);
}

async function judge(server: NodeServer, { sent, meaning }: Case, seed: number): Promise<void> {
  const bytes = Buffer.from(sent + (meaning.keepsAlive ? MARKER : ''), 'latin1');
  const hearing = await server.listen(bytes);
  const complaint = complainOf(hearing.requests[0], meaning) ?? complainOfRest(hearing, meaning);
  if (complaint === undefined) return;
  const facts = [`sent ${JSON.stringify(sent)}`, `edge ${JSON.stringify(meaning)}`, `Node ${JSON.stringify(hearing)}`];
  throw new Error(`${complaint} (seed ${seed})\n${facts.join('\n')}`);
}

function complainOfRest({ requests, error }: Hearing, { keepsAlive }: Meaning): string | undefined {
  // The end was found; Node sees a wish to close in more places than there are.
  if (keepsAlive && error === 'HPE_CLOSED_CONNECTION' && requests.length === 1) return undefined;
  if (error !== undefined || requests.length > 2) return `error ${error}`;
  const isFound = requests[1]?.target === (keepsAlive ? '/marker' : undefined);
  return isFound ? undefined : 'What follows is not found where the edge finds it';
}

function complainOf(heard: HeardRequest | undefined, meaning: Meaning): string | undefined {
  if (heard === undefined) return 'Node refuses what the edge takes';
  const isSame =
    heard.method === meaning.method &&
    heard.target === meaning.target &&
    heard.version === meaning.version &&
    heard.body === meaning.body &&
    isSameList(heard.trailers, meaning.trailers) &&
    (meaning.headers === undefined || isSameList(heard.headers, meaning.headers));
  if (!isSame) return 'Node understands another request';
  return heard.isWhole ? undefined : 'Node waits for more';
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
