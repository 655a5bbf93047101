import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readTail, startDetached } from '../detached-process.ts';
import { isAnswering } from '../engine-call.ts';
import { allowInside, type FirewallBefore, readFirewall } from './firewall.ts';
import { withMachineLock } from './machine-lock.ts';
import { claimNetwork, openNetwork, renderNetworkFlags } from './network.ts';
import { listOtherEngines } from './other-engine.ts';
import { findStartTick, isRunning, listProcesses } from './processes.ts';
import { SYSTEM_ENVIRONMENT } from './system-tool.ts';
import { type EngineState, findState, listPlaces, putState } from './state.ts';

export interface RunningEngine {
  /** Path of the unix socket. */
  readonly socket: string;
  /** Process id of `dockerd`. */
  readonly pid: number;
}

export interface LaunchOptions {
  readonly folder: string;
  /** More words for `dockerd`, as `--live-restore`. */
  readonly flags?: readonly string[];
}

const OVERLAYFS = 0x794c7630;
const READY_MS = 60_000;
const env = SYSTEM_ENVIRONMENT;

/**
 * Starts the engine of this folder, or starts it again after it ended; it outlives this process.
 * It has its own containerd and bridge: it shares nothing with an engine that is there already.
 */
export function launchEngine(options: LaunchOptions): Promise<RunningEngine> {
  // An engine that starts and one that is taken away change the same packet filter chains.
  return withMachineLock(() => launch(options));
}

async function launch({ folder, flags = [] }: LaunchOptions): Promise<RunningEngine> {
  const state = prepare(folder);
  const places = listPlaces(folder);
  startContainerd(folder);
  // A pid file from before a crash may name a stranger, and the engine then refuses to start.
  rmSync(places.pidFile, { force: true });
  const args = [...renderFlags(folder, state), ...flags];
  const pid = startDetached({ command: 'dockerd', args, logPath: places.log, env });
  await waitUntilReady(folder, pid);
  return { socket: places.socket, pid };
}

/** An engine there copies image layers instead of laying them over each other. */
export function isOnOverlay(folder: string): boolean {
  return statfsSync(folder).type === OVERLAYFS;
}

function prepare(folder: string): EngineState {
  mkdirSync(folder, { recursive: true });
  const known = findState(folder);
  if (known !== undefined) {
    openNetwork(known.network, folder);
    return known;
  }
  const owner = { pid: process.pid, startTick: findStartTick(process.pid) };
  const state = { before: readBefore(folder), network: claimNetwork(folder), owner };
  putState(folder, state);
  const { settings, containerdSettings } = listPlaces(folder);
  writeFileSync(settings, '{}');
  writeFileSync(containerdSettings, 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n');
  return state;
}

/** What was before the first of the private engines that run: the last of them puts that back. */
function readBefore(folder: string): FirewallBefore {
  const states = listOtherEngines(folder).map((data) => (data === undefined ? undefined : findState(dirname(data))));
  return states.find((state) => state !== undefined)?.before ?? readFirewall();
}

/** A containerd that outlived its engine is used again. */
function startContainerd(folder: string): void {
  const places = listPlaces(folder);
  const { containerdSettings, containerdSocket, containerdData, containerdExec, log } = places;
  if (listProcesses().some(({ name, argv }) => name === 'containerd' && argv.includes(containerdSocket))) return;
  rmSync(containerdSocket, { force: true });
  const folders = ['--root', containerdData, '--state', containerdExec];
  const flags = ['--config', containerdSettings, '--address', containerdSocket, ...folders, '--log-level', 'warn'];
  startDetached({ command: 'containerd', args: flags, logPath: log, env });
}

function renderFlags(folder: string, { network }: EngineState): string[] {
  const { data, exec, pidFile, settings, socket, containerdSocket } = listPlaces(folder);
  return [
    ['--data-root', data, '--exec-root', exec, '--pidfile', pidFile, '--config-file', settings],
    ['--host', `unix://${socket}`, '--containerd', containerdSocket, '--log-level', 'warn'],
    ['--exec-opt', 'native.cgroupdriver=cgroupfs', '--cgroup-parent', `/${network.bridge}`],
    renderNetworkFlags(network),
    // An overlay cannot lie on an overlay: then layers are copied, slow but true.
    isOnOverlay(folder) ? ['--storage-driver', 'vfs'] : [],
    listOtherEngines(folder).length > 0 ? standAside(network) : [],
  ].flat();
}

/** An engine that starts wipes the chains all engines share: the published ports of the other would go dead. */
function standAside(network: EngineState['network']): string[] {
  allowInside(network);
  return ['--iptables=false'];
}

async function waitUntilReady(folder: string, pid: number): Promise<void> {
  const { socket, log } = listPlaces(folder);
  const end = performance.now() + READY_MS;
  while (!(await isAnswering(socket))) {
    if (!isRunning(pid)) throw new Error(`The engine ended while it started. Its last words:\n${readTail(log)}`);
    if (performance.now() > end) throw new Error(`The engine is not ready after ${READY_MS} ms:\n${readTail(log)}`);
    await delay(50);
  }
}
