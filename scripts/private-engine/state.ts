import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FirewallBefore } from './firewall.ts';
import type { Network } from './network.ts';

/** What must be known to take a private engine away again, also by a process that did not start it. */
export interface EngineState {
  readonly network: Network;
  readonly before: FirewallBefore;
  readonly owner: { readonly pid: number; readonly startTick: string | undefined };
}

/** Where a private engine keeps things inside its folder. */
export function listPlaces(folder: string) {
  return {
    state: join(folder, 'engine.json'),
    socket: join(folder, 'docker.sock'),
    containerdSocket: join(folder, 'containerd.sock'),
    data: join(folder, 'data'),
    exec: join(folder, 'exec'),
    containerdData: join(folder, 'containerd'),
    containerdExec: join(folder, 'containerd-exec'),
    settings: join(folder, 'daemon.json'),
    containerdSettings: join(folder, 'containerd.toml'),
    pidFile: join(folder, 'dockerd.pid'),
    log: join(folder, 'engine.log'),
  } as const;
}

/** Undefined for a folder without an engine. */
export function findState(folder: string): EngineState | undefined {
  try {
    return JSON.parse(readFileSync(listPlaces(folder).state, 'utf8')) as EngineState;
  } catch {
    return undefined;
  }
}

/** Written whole and before the engine starts: a crash then never leaves things nobody knows of. */
export function putState(folder: string, state: EngineState): void {
  const { state: path } = listPlaces(folder);
  writeFileSync(`${path}.new`, JSON.stringify(state));
  renameSync(`${path}.new`, path);
}
