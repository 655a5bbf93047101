import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { edgeCalls } from '../../core/edge-control.ts';
import { routeTo, startApp, type TestApp } from '../testing/app.ts';
import { openTestEdge, type TestEdge } from '../testing/edge.ts';
import { openHttp2, visitHttp2 } from '../testing/http2-visitor.ts';
import { frameFlag, frameType, openRawHttp2, packHead, type RawFrame, renderFrame } from '../testing/raw-http2.ts';
import { selfSign } from '../testing/self-signed.ts';

const MIB = 1024 * 1024;
const { endHeaders, endStream } = frameFlag;

let edge: TestEdge;
let app: TestApp;
beforeEach(async () => {
  edge = await openTestEdge({ https: ['127.0.0.1:0'] });
  await edge.order(edgeCalls.certificates, [selfSign(['app.test'])]);
  app = await startApp();
  await edge.replace(routeTo([app.target('one')]));
});
afterEach(async () => {
  await edge.close();
  await app.close();
});

const header = { type: frameType.headers, stream: 1, payload: packHead() };
const open: RawFrame = { ...header, flags: endHeaders };

const floods: readonly (readonly [string, (turn: number) => readonly RawFrame[]])[] = [
  ['pings', () => [{ type: frameType.ping, payload: Buffer.alloc(8) }]],
  ['settings', () => [{ type: frameType.settings, payload: Buffer.from('000400010000', 'hex') }]],
  [
    'heads that never end',
    (turn) => [turn === 0 ? header : { type: frameType.more, stream: 1, payload: packHead('a', 'b') }],
  ],
  ['heads that are given up', (turn) => resets(turn)],
  [
    'heads by which the edge is made to give up',
    (turn) => [
      { ...open, stream: turn * 2 + 1 },
      { type: frameType.windowUpdate, stream: turn * 2 + 1, payload: Buffer.alloc(4) },
    ],
  ],
  ['pieces of nothing', (turn) => [turn === 0 ? open : { type: frameType.data, stream: 1 }]],
  [
    'fields without number',
    (turn) => [{ ...open, flags: endHeaders | endStream, stream: turn * 2 + 1, payload: bomb }],
  ],
];
const bomb = packHead(...Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? `x-${at}` : 'y')));

test.each(floods)('a visitor who sends %s takes nothing from others', async (_, framesOf) => {
  const visitor = await openRawHttp2(edge.securePort);
  const before = process.memoryUsage().rss;
  for (let turn = 0; turn < 20_000 && visitor.socket.writable; turn += 1) {
    const frames = framesOf(turn).map(renderFrame);
    const goesOn = visitor.socket.write(Buffer.concat(frames));
    if (!goesOn) await Promise.race([once(visitor.socket, 'drain'), visitor.closed]);
  }
  const session = await openHttp2(edge.securePort);
  expect((await visitHttp2(session)).status).toBe(200);
  session.destroy();
  visitor.socket.destroy();
  expect((process.memoryUsage().rss - before) / MIB).toBeLessThan(150);
});

function resets(turn: number): readonly RawFrame[] {
  const stream = turn * 2 + 1;
  return [
    { ...open, stream },
    { type: frameType.reset, stream, payload: Buffer.from('00000008', 'hex') },
  ];
}
