import { describe, expect, test } from 'vitest';
import type { UpstreamListener } from '../exchange/upstream.ts';
import { AnswerHead } from '../wire/answer-head.ts';
import { RequestHead } from '../wire/request-head.ts';
import { AnswerReader, readOutcome } from './answer-reader.ts';

const outcomeNames = Object.fromEntries(Object.entries(readOutcome).map(([name, value]) => [value, name]));

/** What is told of an answer that comes in the given pieces, in one line. */
function tell(pieces: readonly string[], request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'): string {
  const told: string[] = [];
  let body = '';
  const listener: UpstreamListener = {
    informed: ({ status }) => void told.push(`informed ${status}`),
    answered: ({ status }) => void told.push(`answered ${status}`),
    upgraded: () => void told.push('upgraded'),
    received: (bytes, start, end) => {
      body += Buffer.from(bytes).toString('latin1', start, end);
      return true;
    },
    flushed: () => true,
    finished: () => undefined,
    drained: () => undefined,
    failed: () => undefined,
  };
  const head = new RequestHead();
  head.parse(Buffer.from(request), 0, request.length);
  const reader = new AnswerReader(new AnswerHead());
  reader.expect(listener, head);
  let outcome: number = readOutcome.more;
  for (const piece of pieces) {
    if (outcome !== readOutcome.more) return `${told.join(' ')} ${body} ${outcomeNames[outcome]}, and then more`;
    outcome = reader.read(Buffer.from(piece, 'latin1'), piece.length);
  }
  return [...told, body, outcomeNames[outcome] ?? ''].filter((word) => word !== '').join(' ');
}

const HEAD = 'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n';
const WEB_SOCKET = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const SWITCH = 'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

const cases: readonly [answer: string, told: string, request?: string][] = [
  ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 'answered 200 hello whole'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'answered 200 whole'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello', 'answered 200 hello more'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n', 'answered 200 abcde whole'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n', 'answered 200 abc whole'],
  ['HTTP/1.1 200 OK\r\n\r\nuntil the end', 'answered 200 until the end more'],
  ['HTTP/1.0 200 OK\r\n\r\nold', 'answered 200 old more'],
  ['HTTP/1.1 204 No Content\r\n\r\n', 'answered 204 whole'],
  ['HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', 'answered 304 whole'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 'answered 200 whole', HEAD],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'answered 200 whole', HEAD],
  [
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na',
    'informed 100 informed 103 answered 200 a whole',
  ],
  [`${SWITCH}bytes as they are`, 'upgraded bytes as they are more', WEB_SOCKET],
];

describe('an answer is understood, in one piece and cut anywhere:', () => {
  test.each(cases)('%j', (answer, told, request) => {
    expect(tell([answer], request)).toBe(told);
    for (let cut = 1; cut < answer.length; cut += 1)
      expect(tell([answer.slice(0, cut), answer.slice(cut)], request)).toBe(told);
    expect(tell(answer.split(''), request)).toBe(told);
  });
});

const faults: readonly [answer: string, told: string, request?: string][] = [
  ['SSH-2.0-OpenSSH\r\n', 'fault'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'fault'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 'fault'],
  [SWITCH, 'fault'],
  ['HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n', 'fault', WEB_SOCKET],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'answered 200 fault'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n', 'answered 200 ok fault'],
  ['HTTP/1.1 204 No Content\r\n\r\nx', 'answered 204 fault'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 'answered 200 fault', HEAD],
];

test.each(faults)('an answer is a fault: %j', (answer, told, request) => {
  expect(tell([answer], request)).toBe(told);
});

test('a head that never ends is a fault', () => {
  const piece = `X: ${'x'.repeat(1_000)}\r\n`;
  const pieces = ['HTTP/1.1 200 OK\r\n', ...Array.from({ length: 40 }, () => piece)];
  expect(tell(pieces)).toMatch(/fault/);
  expect(tell(['HTTP/1.1 200 OK\r\nX: ', ...Array.from({ length: 40 }, () => 'x'.repeat(1_000))])).toMatch(/fault/);
});
