import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LaunchOptions, launchEngine, type RunningEngine } from '../../scripts/private-engine/launch.ts';
import { endProcess, findStartTick, hasEnded, sendSignal } from '../../scripts/private-engine/processes.ts';
import { removeEngine } from '../../scripts/private-engine/remove.ts';
import { findState } from '../../scripts/private-engine/state.ts';
import { guard } from './guardian.ts';

const PREFIX = 'berth-test-engine-';
const GRACE_MS = 20_000;

/** A Docker engine of the test's own, which the test may end and start again. */
export interface TestEngine {
  /** Path of the unix socket; the same after a restart. */
  readonly socket: string;
  readonly folder: string;
  /** Process id of `dockerd`. */
  pid(): number;
  /** Ends the engine in good order, and its containers with it. */
  end(): Promise<void>;
  /** Ends the engine as a crash does: its containers run on. */
  kill(): Promise<void>;
  /** Starts the engine again; ends it in good order before, if it runs. */
  restart(): Promise<void>;
  /** Takes the engine away with everything it made. */
  stop(): Promise<void>;
}

export interface TestEngineOptions {
  /** A temporary one unless said, which a later run clears if this one crashes. */
  readonly folder?: string;
  /** More words for `dockerd`, as `--live-restore`, with which containers outlive `kill` and `restart`. */
  readonly flags?: readonly string[];
}

/** Starts a private engine, ready to answer. */
export async function startEngine({
  folder = mkdtempSync(join(tmpdir(), PREFIX)),
  flags = [],
}: TestEngineOptions = {}): Promise<TestEngine> {
  const options = { folder, flags };
  guard({ kind: 'engine', folder });
  const { socket, ...first } = await launchOrClear(options);
  let { pid } = first;
  const end = () => endProcess(pid, GRACE_MS);
  return {
    socket,
    folder,
    pid: () => pid,
    end,
    async kill() {
      sendSignal(pid, 'SIGKILL');
      await hasEnded(pid, GRACE_MS);
    },
    async restart() {
      await end();
      ({ pid } = await launchEngine(options));
    },
    stop: () => removeEngine(folder),
  };
}

/** Clears what crashed runs left: engines whose owner no longer lives. */
export async function removeStaleEngines(): Promise<void> {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX));
  for (const name of folders) {
    const folder = join(tmpdir(), name);
    if (isStale(folder)) await removeEngine(folder);
  }
}

async function launchOrClear(options: LaunchOptions): Promise<RunningEngine> {
  try {
    return await launchEngine(options);
  } catch (error) {
    await removeEngine(options.folder);
    throw error;
  }
}

function isStale(folder: string): boolean {
  const owner = findState(folder)?.owner;
  return owner !== undefined && findStartTick(owner.pid) !== owner.startTick;
}
