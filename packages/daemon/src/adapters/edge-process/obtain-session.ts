import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '@berth/spec/problem';
import { edgeCalls, edgeProtocol, type EdgeWish, isSameWish } from '../../core/edge-control.ts';
import { giveOrder, openSession, type Session } from './control-client.ts';
import { type EdgeOptions, startProcess } from './start-process.ts';

const START_MS = 15_000;
const PAUSE_MS = 20;
/** When two control processes start an edge at once, one of the two cannot have the addresses and ends. */
const RIVAL_MS = 1_000;
const REPLACED_GRACE_MS = 10_000;
/** What a unix socket's address can hold on Linux. */
const LONGEST_SOCKET_PATH = 107;

/** A session with the edge that runs already, when it was started for the same purpose, else with a new one. */
export async function obtainSession(options: EdgeOptions): Promise<Session> {
  checkSocketPath(options.controlSocket);
  const running = await openSession(options.controlSocket).catch(() => undefined);
  if (running !== undefined && isSameWish(running.hello, wishOf(options))) return running;
  if (running !== undefined) await retire(options.controlSocket, running);
  return startOne(options);
}

function wishOf({ http, trustedProxies = [] }: EdgeOptions): EdgeWish {
  return { protocol: edgeProtocol, http, trustedProxies };
}

/** It listens no more when this resolves; what it has under way ends in its own time. */
async function retire(controlSocket: string, session: Session): Promise<void> {
  await giveOrder(controlSocket, { call: edgeCalls.stop, body: { graceMs: REPLACED_GRACE_MS }, timeoutMs: START_MS });
  session.close();
}

async function startOne(options: EdgeOptions): Promise<Session> {
  const started = startProcess(options);
  let untilMs = Date.now() + START_MS;
  let isEndKnown = false;
  while (Date.now() < untilMs) {
    if (started.ended !== undefined && !isEndKnown) {
      isEndKnown = true;
      untilMs = Date.now() + RIVAL_MS;
    }
    const session = await openSession(options.controlSocket).catch(() => undefined);
    if (session !== undefined && isSameWish(session.hello, wishOf(options))) {
      // A rival's edge serves: ours, still on its way, would take the addresses when that one is stopped.
      if (session.hello.pid !== started.pid) started.kill();
      return session;
    }
    session?.close();
    await delay(PAUSE_MS);
  }
  started.kill();
  throw new Problem(
    'edge-unreachable',
    `The edge did not start. ${started.ended ?? 'It gave no sign of life.'} Its log is ${options.logFile}.`,
  );
}

function checkSocketPath(path: string): void {
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return;
  throw new Problem(
    'edge-unreachable',
    `The path of the edge's control socket is too long for Linux: choose a shorter data folder than that of ${path}.`,
  );
}
