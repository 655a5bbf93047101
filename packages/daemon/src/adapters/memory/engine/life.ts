import type { Container } from '../../../core/container.ts';
import { isAlive, type MemoryContainer } from './container.ts';
import { tellContainer } from './tell-container.ts';
import { type MemoryProgram, type RunningProgram, runProgram } from './program.ts';
import { refuse } from './refusal.ts';
import { findProgram } from './shell.ts';
import type { World } from './world.ts';

/** The ways of a container from one state to another. */
export function startContainer(world: World, container: MemoryContainer): void {
  if (container.view.state === 'paused') throw refuse.conflict('Cannot start a paused container, try unpause instead');
  if (isAlive(container)) return;
  const program = getProgram(world, container);
  const { request } = container;
  requireFreePorts(world, container);
  change(container, { state: 'running', startedAt: world.clock.now(), exitCode: null, outOfMemory: false, error: '' });
  change(container, {
    address: request.privileges?.hostNetwork ? null : world.newAddress(),
    published: renderPublished(world, container),
  });
  const running = runProgram(program, renderProcess(container), world.clock);
  container.running = running;
  tellContainer(world, container, { action: 'start' });
  void running.ended.then((exitCode) => endContainer(world, container, { running, exitCode }));
}

/** Asks with the stop signal, and kills after the grace. */
export async function stopContainer(world: World, container: MemoryContainer, graceSeconds: number): Promise<void> {
  const { running } = container;
  if (running === undefined) return;
  if (container.view.state === 'paused') unpauseContainer(world, container);
  running.signal(normaliseSignal(container.request.stopSignal ?? 'SIGTERM'));
  const cancel = world.clock.after(graceSeconds * 1000, () => running.signal('SIGKILL'));
  await running.ended;
  cancel();
  tellContainer(world, container, { action: 'stop' });
}

export function killContainer(world: World, container: MemoryContainer, signal: string): void {
  if (container.running === undefined) throw refuse.conflict(`Container ${container.view.id} is not running`);
  tellContainer(world, container, { action: 'kill', signal });
  container.running.signal(normaliseSignal(signal));
}

export function pauseContainer(world: World, container: MemoryContainer): void {
  if (container.view.state === 'paused') throw refuse.conflict(`Container ${container.view.id} is already paused`);
  if (container.running === undefined) throw refuse.conflict(`Container ${container.view.id} is not running`);
  container.running.pause();
  change(container, { state: 'paused' });
  tellContainer(world, container, { action: 'pause' });
}

export function unpauseContainer(world: World, container: MemoryContainer): void {
  if (container.view.state !== 'paused') throw refuse.conflict(`Container ${container.view.id} is not paused`);
  container.running?.unpause();
  change(container, { state: 'running' });
  tellContainer(world, container, { action: 'unpause' });
}

function endContainer(
  world: World,
  container: MemoryContainer,
  { running, exitCode }: { running: RunningProgram; exitCode: number },
): void {
  if (container.running !== running) return;
  container.running = undefined;
  for (const command of container.commands) command.end(137);
  container.log.close();
  change(container, { state: 'exited', finishedAt: world.clock.now(), exitCode, address: null, published: [] });
  tellContainer(world, container, { action: 'die', exitCode: String(exitCode) });
}

function change(container: MemoryContainer, part: Partial<Container>): void {
  container.view = { ...container.view, ...part };
}

function getProgram(world: World, container: MemoryContainer): MemoryProgram {
  const { entrypoint = [], command = [], network } = container.request;
  const words = [...entrypoint, ...command];
  if (network !== undefined && !world.networks.has(network.name))
    throw failStart(container, `network ${network.name} not found`);
  const program = words.length === 0 ? container.image.program : findProgram(words);
  if (program === undefined) throw failStart(container, `exec: "${words[0]}": executable file not found`);
  return program;
}

/** As on a real host, a port is held by who has it first, at all addresses or at one. */
function requireFreePorts(world: World, container: MemoryContainer): void {
  const taken = world.containers.list([]).flatMap(({ view }) => view.published);
  for (const { protocol, publish } of container.request.ports) {
    if (publish === undefined || publish.hostPort === 0) continue;
    const holder = taken.find(
      (one) =>
        one.hostPort === publish.hostPort &&
        one.protocol === protocol &&
        [one.hostAddress, publish.hostAddress].some(
          (address) => address === '0.0.0.0' || one.hostAddress === publish.hostAddress,
        ),
    );
    if (holder === undefined) continue;
    const error = `Bind for ${publish.hostAddress}:${publish.hostPort} failed: port is already allocated`;
    change(container, { error });
    throw refuse.conflict(
      `Could not start container ${container.view.id}: ${error}. Free the host port or choose another.`,
    );
  }
}

function failStart(container: MemoryContainer, error: string): Error {
  change(container, { error });
  return refuse.failed(`Could not start container ${container.view.id}: ${error}.`);
}

function renderProcess({ request, log, files }: MemoryContainer) {
  return {
    command: [...(request.entrypoint ?? []), ...(request.command ?? [])],
    env: request.env,
    workingDirectory: request.workingDirectory ?? '/',
    stdin: (async function* () {})(),
    write: (stream: 'stdout' | 'stderr', text: string | Buffer) => log.write(stream, Buffer.from(text)),
    readFile: (path: string) => findContent(files.find(path)),
  };
}

/** Of a file; undefined for anything else. */
export function findContent(entry: ReturnType<MemoryContainer['files']['find']>): Buffer | undefined {
  return entry?.kind === 'file' ? entry.content : undefined;
}

function renderPublished(world: World, { request }: MemoryContainer): Container['published'] {
  return request.ports.flatMap(({ containerPort, protocol, publish }) =>
    publish === undefined
      ? []
      : [
          {
            containerPort,
            protocol,
            hostAddress: publish.hostAddress,
            hostPort: publish.hostPort || world.newHostPort(),
          },
        ],
  );
}

const signals = new Set(['HUP', 'INT', 'QUIT', 'ABRT', 'KILL', 'USR1', 'USR2', 'TERM', 'CONT', 'STOP', 'WINCH']);
const numbers: Readonly<Record<string, string>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  6: 'ABRT',
  9: 'KILL',
  10: 'USR1',
  12: 'USR2',
  15: 'TERM',
};

function normaliseSignal(signal: string): string {
  const bare = numbers[signal] ?? signal.toUpperCase().replace(/^SIG/, '');
  if (!signals.has(bare)) throw refuse.failed(`Invalid signal: ${signal}.`);
  return `SIG${bare}`;
}
