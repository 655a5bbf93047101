import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { holdWebSocket } from './web-socket-guest.ts';

export interface Visitors {
  /** Requests that were answered as they should be, so far. */
  readonly answered: number;
  /** What went wrong with others. */
  readonly failures: readonly Failure[];
  /** WebSockets that ended with a close frame, as they should when their instance goes. */
  readonly toldToGo: number;
  /** Those that ended in any other way, or were never opened. */
  readonly brokenSockets: readonly Failure[];
  /** Lets the visits under way end, and begins no more. */
  stop(): Promise<void>;
}

/** A visit that failed: when it began and when it failed, as `performance.now()` counts, and why. */
export interface Failure {
  readonly beganMs: number;
  readonly failedMs: number;
  readonly words: string;
}

interface Kind {
  readonly count: number;
  readonly path: string;
  readonly pauseMs: number;
  readonly isKeptAlive: boolean;
  /** What the page must hold to be whole. */
  readonly holding: string;
}

/** At most; whoever forgets to stop them does not load the machine for ever. */
const LONGEST_MS = 40 * 60_000;
const GUESTS = 6;
const GUEST_PAUSE_MS = 50;
const KINDS: readonly Kind[] = [
  { count: 8, path: '/', pauseMs: 10, isKeptAlive: true, holding: 'version' },
  { count: 4, path: '/', pauseMs: 20, isKeptAlive: false, holding: 'version' },
  { count: 4, path: '/slow?ms=400', pauseMs: 10, isKeptAlive: true, holding: 'version' },
  { count: 4, path: '/stream?n=40&ms=100', pauseMs: 10, isKeptAlive: true, holding: 'line 40\n' },
];

/**
 * Visitors of all kinds who come back at a constant pace: quick ones on kept and on new connections, such as wait for
 * their page, such as read a stream for seconds, and such as hold a WebSocket for as long as it lasts.
 */
export function startVisitors(port: number, host: string): Visitors {
  const kept = new Agent({ keepAlive: true });
  const end = performance.now() + LONGEST_MS;
  const [failures, brokenSockets]: [Failure[], Failure[]] = [[], []];
  const state = { answered: 0, toldToGo: 0 };
  const leaving = new AbortController();
  const isOver = () => leaving.signal.aborted || performance.now() > end;
  const visitAgain = async ({ path, pauseMs, isKeptAlive, holding }: Kind): Promise<void> => {
    for (; !isOver(); await delay(pauseMs)) {
      const beganMs = performance.now();
      const problem = await visit({ port, host, path, holding, agent: isKeptAlive ? kept : false });
      if (problem === undefined) state.answered += 1;
      else failures.push({ beganMs, failedMs: performance.now(), words: `${renderTime()} ${path}: ${problem}` });
    }
  };
  const holdAgain = async (): Promise<void> => {
    for (; !isOver(); await delay(GUEST_PAUSE_MS)) {
      const beganMs = performance.now();
      const found = await holdWebSocket({ port, host, stop: leaving.signal });
      if (found.kind === 'told') state.toldToGo += 1;
      if (!('reason' in found)) continue;
      const words = `${renderTime()} WebSocket ${found.kind}: ${found.reason}`;
      brokenSockets.push({ beganMs, failedMs: performance.now(), words });
    }
  };
  const visitors = KINDS.flatMap((kind) => Array.from({ length: kind.count }, () => visitAgain(kind)));
  const all = [...visitors, ...Array.from({ length: GUESTS }, holdAgain)];
  return {
    get answered() {
      return state.answered;
    },
    get toldToGo() {
      return state.toldToGo;
    },
    failures,
    brokenSockets,
    async stop() {
      leaving.abort();
      await Promise.all(all);
      kept.destroy();
    },
  };
}

function renderTime(): string {
  return new Date().toISOString();
}

interface Visit {
  readonly port: number;
  readonly host: string;
  readonly path: string;
  readonly holding: string;
  readonly agent: Agent | false;
}

/** What was wrong with the answer; undefined for a good one. */
function visit({ port, host, path, holding, agent }: Visit): Promise<string | undefined> {
  return new Promise((resolve) => {
    const call = get({ host: '127.0.0.1', port, path, agent, headers: { host }, timeout: 30_000 }, (response) => {
      text(response).then(
        (page) => resolve(judge(response.statusCode ?? 0, page, holding)),
        (error: unknown) => resolve(`the answer broke off: ${String(error)}`),
      );
    });
    call.on('timeout', () => call.destroy(new Error('nothing came for 30 s')));
    call.on('error', (error) => resolve(String(error)));
  });
}

function judge(status: number, page: string, holding: string): string | undefined {
  return status === 200 && page.includes(holding) ? undefined : `${status} ${page.slice(0, 200)}`;
}
