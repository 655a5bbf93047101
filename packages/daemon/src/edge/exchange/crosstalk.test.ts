import { once } from 'node:events';
import { Agent, type IncomingMessage, request as openRequest } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { routeTo, startApp } from '../testing/app.ts';
import { openTestPlane } from '../testing/plane.ts';

const VISITORS = 24;

interface Turn {
  readonly up: number;
  readonly down: number;
  /** As the app and the visitor send it, in so many pieces. */
  readonly pieces: number;
  /** Turns of the event loop before each read of the answer. */
  readonly patience: number;
  readonly isChunked: boolean;
}

const sizes = fc.oneof(
  fc.integer({ min: 0, max: 3_000 }),
  fc.constantFrom(12_288, 16_384, 65_536, 70_000, 400_000, 1_500_000),
);
const turns = fc.array(
  fc.record({
    up: fc.oneof(fc.constant(0), sizes),
    down: sizes,
    pieces: fc.integer({ min: 1, max: 4 }),
    patience: fc.integer({ min: 0, max: 3 }),
    isChunked: fc.boolean(),
  }),
  { minLength: VISITORS * 4, maxLength: VISITORS * 8 },
);

/** Bytes that only this turn has. */
function bytesOf(name: string, length: number): Buffer {
  return Buffer.alloc(length, `<${name}>`);
}

function cut(bytes: Buffer, pieces: number): readonly Buffer[] {
  const size = Math.ceil(bytes.length / pieces);
  return Array.from({ length: pieces }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

test('no visitor and no app ever gets a byte that was meant for another', async () => {
  const faults: string[] = [];
  const app = await startApp((request, response) => {
    const [, name = '', length = '0', down = '0', pieces = '1', kind] = request.url?.split('/') ?? [];
    const body = bytesOf(name, Number(down));
    const got: Buffer[] = [];
    request.on('data', (bytes: Buffer) => got.push(bytes));
    request.once('end', () => {
      if (!Buffer.concat(got).equals(bytesOf(name, Number(length)))) faults.push(`the app: ${name}`);
      if (kind === 'length') response.setHeader('content-length', body.length);
      for (const piece of cut(body, Number(pieces))) response.write(piece);
      response.end();
    });
  });
  const edge = await openTestPlane(routeTo([app.target('one'), { ...app.target('two') }]));
  await fc.assert(
    fc.asyncProperty(turns, async (list) => {
      const agent = new Agent({ keepAlive: true, maxSockets: VISITORS });
      const asked = list.map(async (turnOf, at) => ask(edge.port, agent, { turnOf, name: `v${at}` }));
      for (const fault of await Promise.all(asked)) if (fault !== '') faults.push(fault);
      agent.destroy();
      expect(faults).toEqual([]);
    }),
    { numRuns: 6 },
  );
  expect(edge.plane.inFlight.listAll()).toEqual([]);
  edge.close();
  await app.close();
});

/** What was wrong with the answer; empty when nothing was. */
async function ask(port: number, agent: Agent, { turnOf, name }: { turnOf: Turn; name: string }): Promise<string> {
  const { up, down, pieces, patience, isChunked } = turnOf;
  const path = `/${name}/${up}/${down}/${pieces}/${isChunked ? 'chunked' : 'length'}`;
  const length = isChunked || up === 0 ? {} : { 'content-length': up };
  const headers = { host: 'app.test', ...length };
  const request = openRequest({ port, agent, path, method: up === 0 ? 'GET' : 'PUT', headers });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  if (up > 0) for (const piece of cut(bytesOf(name, up), pieces)) request.write(piece);
  request.end();
  const [answer] = await answered;
  const body = await readSlowly(answer, patience);
  const isRight = answer.statusCode === 200 && body.equals(bytesOf(name, down));
  return isRight ? '' : `${name}: ${answer.statusCode}, ${body.length} bytes instead of ${down}`;
}

async function readSlowly(answer: IncomingMessage, patience: number): Promise<Buffer> {
  const got: Buffer[] = [];
  for await (const bytes of answer) {
    for (let at = 0; at < patience; at += 1) await turn();
    got.push(bytes as Buffer);
  }
  return Buffer.concat(got);
}
