import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { routeTo } from '../../packages/daemon/src/edge/testing/app.ts';
import { openTestEdge, type TestEdge } from '../../packages/daemon/src/edge/testing/edge.ts';
import type { Fate, RawRequest } from './ambiguity/raw-case.ts';
import { isWhole, openRecorder, type Recorder } from './ambiguity/recorder.ts';
import { requestTable } from './ambiguity/request-table.ts';
import { type RawReply, sendRaw } from './ambiguity/send-raw.ts';

const PATIENCE_MS = 10_000;
/** What the edge adds of its own. */
const OWN_FIELDS = /^(?:x-forwarded-[a-z]+|forwarded|x-real-ip): [^\r\n]*\r\n/gim;

let edge: TestEdge;
let recorder: Recorder;
beforeAll(async () => {
  [edge, recorder] = await Promise.all([openTestEdge(), openRecorder()]);
  const target = { instance: 'recorder', host: '127.0.0.1', port: recorder.port };
  await edge.replace(routeTo([target]));
});
beforeEach(() => recorder.forget());
afterAll(async () => {
  await edge.close();
  recorder.close();
});

test('the table is long enough to mean something', () => {
  expect(requestTable.length).toBeGreaterThanOrEqual(150);
  expect(new Set(requestTable.map(({ title }) => title)).size).toBe(requestTable.length);
});

describe('an app gets one clear message or nothing:', () => {
  test.each(requestTable)('$title', async ({ bytes, fate }) => {
    const isAnswered = (text: string): boolean => fate.kind === 'passed' && text.endsWith('\r\n\r\nok');
    const reply = await sendRaw(edge.port, bytes, { isDone: isAnswered, patienceMs: PATIENCE_MS });
    judge(fate, reply);
  });

  test.each(requestTable.filter(({ fate, bytes }) => fate.kind !== 'passed' && bytes.length < 1_000))(
    'split in two anywhere, $title',
    async ({ bytes, fate }: RawRequest) => {
      for (const at of [1, Math.trunc(bytes.length / 3), Math.trunc(bytes.length / 2), bytes.length - 1]) {
        recorder.forget();
        judge(fate, await sendSplit(bytes, at));
      }
    },
  );
});

function judge(fate: Fate, { statuses, isClosed }: RawReply): void {
  const heard = recorder.heard();
  if (fate.kind === 'passed') {
    expect(statuses).toEqual([200]);
    expect(heard.map((text) => text.replaceAll(OWN_FIELDS, ''))).toEqual([fate.reaches]);
    return;
  }
  expect(isClosed).toBe(true);
  if (fate.kind === 'refused') {
    expect(statuses).toHaveLength(1);
    expect(fate.statuses).toContain(statuses[0]);
    expect(heard).toEqual([]);
    return;
  }
  expect(statuses.every((status) => status === 400 || status === 431)).toBe(true);
  expect(heard.filter(isWhole)).toEqual([]);
}

async function sendSplit(bytes: string, at: number): Promise<RawReply> {
  return sendRaw(edge.port, bytes.slice(0, at), { patienceMs: PATIENCE_MS, rest: bytes.slice(at) });
}
