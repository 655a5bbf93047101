import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '@berth/spec/problem';
import { edgeCalls, edgeProtocol, isSameWish, type SucceedOrder } from '../../core/edge-control.ts';
import { giveOrder, openSession, OrderRefused, type Session } from './control-client.ts';
import { type EdgeOptions, planStart, startProcess, wishOf } from './start-process.ts';

const START_MS = 15_000;
const PAUSE_MS = 20;
/** When two control processes start an edge at once, one of the two cannot have the addresses and ends. */
const RIVAL_MS = 1_000;
/** Longer than the edge waits for its successor. */
const SUCCEED_MS = 20_000;
const SUCCEEDED_GRACE_MS = 30_000;
const REPLACED_GRACE_MS = 10_000;
/** What a unix socket's address can hold on Linux. */
const LONGEST_SOCKET_PATH = 107;

/**
 * A session with the edge that runs already when it is of this version and was started for the same purpose. Otherwise
 * with one that takes its place, without a connection lost where the two can share their addresses.
 */
export async function obtainSession(options: EdgeOptions): Promise<Session> {
  checkSocketPath(options.controlSocket);
  const running = await openSession(options.controlSocket).catch(() => undefined);
  if (running === undefined) return startOne(options);
  if (isSameWish(running.hello, wishOf(options))) return running;
  const isSucceeded = running.hello.protocol === edgeProtocol && (await trySucceed(options, running));
  if (!isSucceeded) await retire(options.controlSocket, running);
  return isSucceeded ? joinSuccessor(options) : startOne(options);
}

/** What an edge is told that another one with these options is to take its place. */
export function planSuccession(options: EdgeOptions): SucceedOrder {
  const { http, https } = wishOf(options);
  return { start: planStart(options), http, https, graceMs: SUCCEEDED_GRACE_MS };
}

/** False when the new one cannot have its addresses while the old one has its own. Rejects when it does not come up. */
async function trySucceed(options: EdgeOptions, running: Session): Promise<boolean> {
  try {
    const order = { call: edgeCalls.succeed, body: planSuccession(options), timeoutMs: SUCCEED_MS };
    await giveOrder(options.controlSocket, order);
  } catch (error) {
    const code = error instanceof OrderRefused ? error.code : undefined;
    if (code === 'address-taken') return false;
    if (code !== 'under-way') throw notReplaced(error, options);
  } finally {
    running.close();
  }
  return true;
}

/** The one that took over; another control process may have had a hand in it. */
async function joinSuccessor(options: EdgeOptions): Promise<Session> {
  const untilMs = Date.now() + START_MS;
  while (Date.now() < untilMs) {
    const session = await openSession(options.controlSocket).catch(() => undefined);
    if (session !== undefined && isSameWish(session.hello, wishOf(options))) return session;
    session?.close();
    await delay(PAUSE_MS);
  }
  throw new Problem('edge-unreachable', 'The edge that took over is not the one that was asked for. Try again.');
}

export function notReplaced(cause: unknown, { logFile }: EdgeOptions): Problem {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Problem(
    'edge-unreachable',
    `The edge was not replaced, and goes on as it was. ${reason} Its log is ${logFile}.`,
    { cause },
  );
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
