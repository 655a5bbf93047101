import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { callEngine } from '../engine-call.ts';
import { removeRulesOf, restoreFirewall } from './firewall.ts';
import { removeControlGroups, unmountBelow } from './kernel.ts';
import { withMachineLock } from './machine-lock.ts';
import { listBridges, mayRemoveNetwork, type Network, removeNetwork } from './network.ts';
import { listOtherEngines } from './other-engine.ts';
import { endProcess, hasEnded, listProcesses, type Process, sendSignal } from './processes.ts';
import { type EngineState, findState, listPlaces } from './state.ts';

/** Folders all engines of a machine share; removed only when nothing is in them. */
const SHARED = ['/run/containerd/s', '/run/containerd', '/run/docker/plugins', '/run/docker'];

/** Takes an engine away with all it made, whether it runs, hangs, or crashed long ago. */
export async function removeEngine(folder: string): Promise<void> {
  const state = findState(folder);
  await killContainers(folder);
  await endEngine(folder);
  if (state !== undefined) await withMachineLock(() => removeTraces(folder, state));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** A container that ignores SIGTERM would hold up the engine for ten seconds. */
async function killContainers(folder: string): Promise<void> {
  const { socket } = listPlaces(folder);
  try {
    const { text } = await callEngine(socket, 'GET /containers/json', { timeoutMs: 5_000 });
    const containers = JSON.parse(text) as readonly { Id: string }[];
    const kill = (id: string) => callEngine(socket, `POST /containers/${id}/kill`, { timeoutMs: 10_000 });
    await Promise.all(containers.map(({ Id }) => kill(Id)));
  } catch {
    // An engine that does not answer: its containers are found by their control group.
  }
}

/** In the order in which they need each other: engine, containerd, shims. */
async function endEngine(folder: string): Promise<void> {
  const { data, containerdSocket, containerdExec } = listPlaces(folder);
  for (const { pid } of findByArgument('dockerd', data)) await endProcess(pid, 15_000);
  const sockets = listShimSockets(containerdExec);
  for (const { pid } of findByArgument('containerd', containerdSocket)) await endProcess(pid, 15_000);
  await killAll(findByArgument('containerd-shim', containerdSocket));
  for (const path of sockets) rmSync(path, { force: true });
}

/** What an earlier attempt left of this engine may meanwhile be another's: its network, and what is told by it. */
async function removeTraces(folder: string, { network, before }: EngineState): Promise<void> {
  unmountBelow(folder);
  if (mayRemoveNetwork(network, folder)) await removeNetworkTraces(network);
  if (listOtherEngines(folder).length === 0) restoreFirewall(before);
  for (const path of SHARED) removeFolderIfEmpty(path);
}

async function removeNetworkTraces(network: Network): Promise<void> {
  await killAll(listProcesses().filter(({ cgroup }) => cgroup.includes(`:/${network.bridge}/`)));
  await killAll(listProcesses().filter((found) => isPortForwarder(found, network)));
  removeRulesOf(listBridges(network), network);
  removeControlGroups(network.bridge);
  removeNetwork(network);
}

function isPortForwarder({ name, argv }: Process, { prefix }: Network): boolean {
  return name === 'docker-proxy' && argv.some((word) => word.startsWith(`${prefix}.`));
}

/** The kernel cuts names to 15 characters: `containerd-shim-runc-v2` is told by its beginning. */
function findByArgument(name: string, argument: string): Process[] {
  const isNamed = (found: string) => (name === 'containerd-shim' ? found.startsWith(name) : found === name);
  return listProcesses().filter((found) => isNamed(found.name) && found.argv.includes(argument));
}

async function killAll(processes: readonly Process[]): Promise<void> {
  for (const { pid } of processes) sendSignal(pid, 'SIGKILL');
  await Promise.all(processes.map(({ pid }) => hasEnded(pid, 5_000)));
}

/** Shims keep their sockets in one folder for the whole machine; each bundle says which is its own. */
function listShimSockets(execFolder: string): string[] {
  try {
    const paths = readdirSync(execFolder, { recursive: true, encoding: 'utf8' });
    const addresses = paths.filter((path) => path.endsWith('/address')).map((path) => join(execFolder, path));
    return addresses.map((path) => readFileSync(path, 'utf8').replace('unix://', ''));
  } catch {
    return [];
  }
}

function removeFolderIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Absent, or another engine's things are in it.
  }
}
