import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { isProblem, Problem } from '@berth/spec/problem';
import type { EngineImages } from '../../../ports/engine.ts';
import type { MemoryImage } from './image.ts';
import { runProgram } from './program.ts';
import { refuse } from './refusal.ts';
import { findProgram } from './shell.ts';
import { parseTar, type TarEntry } from './tar.ts';
import type { World } from './world.ts';

/** Builds from `FROM`, `RUN`, `EXPOSE` and `LABEL`; other instructions change nothing here. */
export async function buildImage(
  world: World,
  tar: Readable,
  options: Parameters<EngineImages['build']>[1],
): Promise<string> {
  const archive = await readAll(tar);
  const instructions = readInstructions(parseTar(archive));
  const base = world.images.get(instructions.find(({ word }) => word === 'FROM')?.rest ?? 'scratch');
  for (const { word, rest } of instructions) if (word === 'RUN') await runStep(world, rest);
  const id = `sha256:${createHash('sha256').update(archive).update(world.newId()).digest('hex')}`;
  world.images.add({
    ...base,
    id,
    references: [options.tag],
    digests: [],
    createdAt: world.clock.now(),
    ...renderAdded(base, instructions, options.labels),
  });
  return id;
}

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

function readInstructions(entries: readonly TarEntry[]): Instruction[] {
  const file = entries.find(({ path }) => path === 'Dockerfile')?.entry;
  if (file?.kind !== 'file') throw refuse.failed('Cannot locate specified Dockerfile: Dockerfile.');
  const lines = file.content
    .toString()
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [word = '', ...rest] = line.trim().split(/\s+/);
    return { word: word.toUpperCase(), rest: rest.join(' ') };
  });
}

async function runStep(world: World, script: string): Promise<void> {
  let output = `Step: RUN ${script}\n`;
  const run = findProgram(['sh']) ?? (async () => 127);
  const process = {
    command: ['sh', '-c', script],
    env: {},
    workingDirectory: '/',
    stdin: (async function* () {})(),
    write: (_stream: string, text: string | Buffer) => void (output += text.toString()),
    readFile: () => undefined,
  };
  const exitCode = await runProgram(run, process, world.clock).ended;
  if (exitCode !== 0)
    throw new Problem('engine-failed', `The command '/bin/sh -c ${script}' returned a non-zero code: ${exitCode}.`, {
      facts: { output },
    });
}

function renderAdded(
  base: MemoryImage,
  instructions: readonly Instruction[],
  labels: Readonly<Record<string, string>> = {},
) {
  const ports = instructions.filter(({ word }) => word === 'EXPOSE').flatMap(({ rest }) => rest.split(' '));
  const exposed = ports.map((port) => {
    const [containerPort, protocol] = port.split('/');
    return { containerPort: Number(containerPort), protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const) };
  });
  return { exposedPorts: [...base.exposedPorts, ...exposed], labels: { ...base.labels, ...labels } };
}

/** The stream to its end; one that breaks off is the fault of its source. */
export async function readAll(tar: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of tar) chunks.push(chunk as Buffer);
  } catch (cause) {
    throw isProblem(cause) ? cause : new Problem('malformed-request', 'The data to send broke off.', { cause });
  }
  return Buffer.concat(chunks);
}
