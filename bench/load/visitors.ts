import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

export interface Visitors {
  /** Requests that were answered as they should be, so far. */
  readonly answered: number;
  /** What went wrong, in words. */
  readonly failures: readonly string[];
  /** Lets the visits under way end, and begins no more. */
  stop(): Promise<void>;
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
const LONGEST_MS = 15 * 60_000;
const KINDS: readonly Kind[] = [
  { count: 8, path: '/', pauseMs: 10, isKeptAlive: true, holding: 'version' },
  { count: 4, path: '/', pauseMs: 20, isKeptAlive: false, holding: 'version' },
  { count: 4, path: '/slow?ms=400', pauseMs: 10, isKeptAlive: true, holding: 'version' },
  { count: 4, path: '/stream?n=40&ms=100', pauseMs: 10, isKeptAlive: true, holding: 'line 40\n' },
];

/**
 * Visitors of all kinds who come back at a constant pace: quick ones on kept and on new connections, such as wait for
 * their page, and such as read a stream for seconds.
 */
export function startVisitors(port: number, host: string): Visitors {
  const kept = new Agent({ keepAlive: true });
  const end = performance.now() + LONGEST_MS;
  const failures: string[] = [];
  const state = { answered: 0, isStopping: false };
  const visitAgain = async ({ path, pauseMs, isKeptAlive, holding }: Kind): Promise<void> => {
    while (!state.isStopping && performance.now() < end) {
      const began = new Date();
      const problem = await visit({ port, host, path, holding, agent: isKeptAlive ? kept : false });
      if (problem === undefined) state.answered += 1;
      else failures.push(`${began.toISOString()} ${path}: ${problem}`);
      await delay(pauseMs);
    }
  };
  const all = KINDS.flatMap((kind) => Array.from({ length: kind.count }, () => visitAgain(kind)));
  return {
    get answered() {
      return state.answered;
    },
    failures,
    async stop() {
      state.isStopping = true;
      await Promise.all(all);
      kept.destroy();
    },
  };
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
