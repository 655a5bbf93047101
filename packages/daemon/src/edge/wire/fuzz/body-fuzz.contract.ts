import { chunkedBody } from './body.contract.ts';
import { type Dictionary, mutate } from './mutate.contract.ts';
import { type Hearing, NodeServer } from './node-server.contract.ts';
import { Random } from './random.contract.ts';
import { type ReadBody, readChunks } from './read-chunks.contract.ts';
import type { FuzzTally } from './request-fuzz.contract.ts';

const BATCH = 200;
const HEAD = 'POST / HTTP/1.1\r\nHost: x.test\r\nTransfer-Encoding: chunked\r\n\r\n';
const MARKER = 'GET /marker HTTP/1.1\r\nHost: marker\r\n\r\n';

const dictionary: Dictionary = {
  lines: [
    '0',
    '5',
    'a',
    '00',
    '5;a=b',
    ' 5',
    '5 ',
    '+5',
    '0x5',
    'X: y',
    'X',
    ' folded',
    'hello',
    '',
    'Content-Length: 5',
    'ffffffffffffffff',
  ],
  values: ['0', '1', '5', 'A', '0a', '-1', '0;a', '5;', 'x', ''],
};

/** As `fuzzRequests`, for chunked bodies: their data, their trailers, and the place where they end. */
export async function fuzzBodies(seed: number, rounds: number): Promise<FuzzTally> {
  const random = new Random(seed);
  const server = new NodeServer();
  const tally: FuzzTally = { seed, inputs: 0, accepted: 0 };
  while (tally.inputs < rounds) {
    const cases: Promise<void>[] = [];
    for (const last = Math.min(rounds, tally.inputs + BATCH); tally.inputs < last; tally.inputs += 1) {
      const text = mutate(chunkedBody(random).bytes, random, dictionary);
      const read = readTwice(text, random);
      if (read.outcome === 'whole') cases.push(judge(server, { text, read, seed }));
    }
    tally.accepted += cases.length;
    await Promise.all(cases);
  }
  return tally;
}

/** The body has to be read the same however it comes in pieces. */
function readTwice(text: string, random: Random): ReadBody {
  const bytes = Buffer.from(`before${text}`, 'latin1');
  const one = readChunks(bytes, 6, random);
  const other = readChunks(bytes, 6, random);
  const isSame =
    one.outcome === other.outcome && (one.outcome === 'fault' || JSON.stringify(one) === JSON.stringify(other));
  if (!isSame) throw new Error(`Cut in other pieces it is another body: ${JSON.stringify(text)}`);
  return one;
}

interface Case {
  readonly text: string;
  readonly read: ReadBody;
  readonly seed: number;
}

async function judge(server: NodeServer, { text, read, seed }: Case): Promise<void> {
  const body = text.slice(0, read.end - 6);
  const hearing = await server.listen(Buffer.from(HEAD + body + MARKER, 'latin1'));
  if (agrees(hearing, read)) return;
  const facts = [`sent ${JSON.stringify(body)}`, `edge ${JSON.stringify(read)}`, `Node ${JSON.stringify(hearing)}`];
  throw new Error(`Node understands another body (seed ${seed})\n${facts.join('\n')}`);
}

function agrees({ requests: [first, second], error }: Hearing, { data, trailers }: ReadBody): boolean {
  const isSame = first?.isWhole === true && first.body === data && first.trailers.join('\n') === trailers.join('\n');
  return isSame && error === undefined && second?.target === '/marker';
}
