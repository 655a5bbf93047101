import { setTimeout as delay } from 'node:timers/promises';
import { EchoLine } from '../load/echo-line.ts';
import type { Finding } from '../measure/finding.ts';
import { rankBy } from '../measure/standing.ts';
import { type Arena, everyone, inArena, usualHost } from './arena.ts';
import { measureInTurns, weighCpu } from './proxy-cost.ts';
import { presentEdge } from './present-edge.ts';
import type { Contestant } from './proxy/contestant.ts';
import type { EdgeBenchmark, EdgePlan } from './plan.ts';

const CONNECTIONS = 64;
const SETTLE_MS = 200;
const SIZES = [
  { words: '64 B', messageBytes: 64, marks: [{ peer: 'nginx', atLeast: 0.8 }] },
  { words: '4 KiB', messageBytes: 4096, marks: [{ peer: 'nginx', atLeast: 1.3 }] },
];

/** WebSocket messages that are echoed. */
export const webSocket: EdgeBenchmark = {
  name: 'edge:websocket',
  run: (plan) => inArena('own', (arena) => measure(arena, plan)),
};

async function measure({ start }: Arena, plan: EdgePlan): Promise<Finding[]> {
  const contestants = [];
  for (const name of everyone) contestants.push(await start(name));
  const findings: Finding[] = [];
  for (const { words, messageBytes, marks } of SIZES) {
    const measurements = await measureInTurns(
      contestants,
      (contestant) => echo(contestant, messageBytes, plan.seconds),
      plan,
    );
    const what = `a WebSocket message of ${words} and its echo, ${CONNECTIONS} sockets: CPU`;
    const read = ({ cpuMs, messages }: EchoSample) => (cpuMs * 1000) / messages;
    findings.push(rankBy(measurements, { read, what, unit: 'µs', better: 'less', marks }));
  }
  return findings;
}

interface EchoSample {
  readonly cpuMs: number;
  readonly messages: number;
}

async function echo(contestant: Contestant, messageBytes: number, seconds: number): Promise<EchoSample> {
  const wish = { port: contestant.port, host: usualHost, messageBytes };
  const lines = Array.from({ length: CONNECTIONS }, () => new EchoLine(wish));
  try {
    await Promise.all(lines.map(({ opened }) => opened));
    await delay(SETTLE_MS);
    return await weighCpu(contestant, () => count(lines, seconds));
  } finally {
    for (const line of lines) line.destroy();
    await Promise.all(lines.map(({ closed }) => closed));
  }
}

async function count(lines: readonly EchoLine[], seconds: number): Promise<{ readonly messages: number }> {
  const sum = () => lines.reduce((total, { messages }) => total + messages, 0);
  const before = sum();
  await delay(seconds * 1000);
  const failed = lines.find(({ failure }) => failure !== undefined);
  if (failed !== undefined) throw new Error(`A WebSocket failed: ${failed.failure}`);
  return { messages: sum() - before };
}

if (import.meta.main) await presentEdge([webSocket]);
