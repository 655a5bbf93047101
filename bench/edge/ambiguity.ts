import { isWhole } from '../../test/e2e/ambiguity/recorder.ts';
import type { RawRequest } from '../../test/e2e/ambiguity/raw-case.ts';
import { requestTable } from '../../test/e2e/ambiguity/request-table.ts';
import { sendRaw } from '../../test/e2e/ambiguity/send-raw.ts';
import type { Finding } from '../measure/finding.ts';
import { type Arena, everyone, inArena, type Placed } from './arena.ts';
import type { CannedBackend } from './backend/canned-backend.ts';
import type { EdgeBenchmark } from './plan.ts';
import { presentEdge } from './present-edge.ts';

const HOST = 'app.test';
/** For those that wait for more of what will never come. */
const PATIENCE_MS = 150;

/** How many requests that two readers could understand in two ways each proxy passes on to the app. */
export const ambiguity: EdgeBenchmark = {
  name: 'edge:ambiguity',
  run: () => inArena('canned', measure),
};

async function measure({ start, backend }: Arena): Promise<Finding[]> {
  if (!('heard' in backend)) throw new Error('This back-end keeps nothing of what it hears.');
  const bad = requestTable.filter(({ fate }) => fate.kind !== 'passed');
  const counts: [name: string, count: number][] = [];
  for (const name of everyone) {
    const proxy = await start(name, { hosts: [HOST] });
    counts.push([proxy.name, await countPassed(proxy, bad, backend)]);
    await proxy.stop();
  }
  const [[ours, passed] = ['', 0], ...others] = counts;
  const beside = others.map(([name, count]) => `${name}: ${count}`).join(', ');
  return [
    {
      what: `ambiguous or malformed requests passed on, of ${bad.length}`,
      ours: String(passed),
      beside,
      figures: `${ours}: ${passed}; ${beside}`,
      ratio: String(passed),
      marks: [{ wanted: '0', met: passed === 0 }],
    },
  ];
}

async function countPassed(proxy: Placed, bad: readonly RawRequest[], backend: CannedBackend): Promise<number> {
  let passed = 0;
  for (const { bytes, fate } of bad) {
    backend.forget();
    await sendRaw(proxy.port, bytes, { isDone: (text) => text.includes('\r\n\r\n'), patienceMs: PATIENCE_MS });
    const heard = backend.heard();
    if (fate.kind === 'cut' ? heard.some(isWhole) : heard.length > 0) passed += 1;
  }
  return passed;
}

if (import.meta.main) await presentEdge([ambiguity]);
