import type { Readable } from 'node:stream';
import { Problem } from '@berth/spec/problem';
import type { EngineImages } from '../../ports/engine.ts';
import type { EngineClient } from './client.ts';
import { renderCancelled } from './connection-error.ts';
import { readJsonLines } from './json-lines.ts';
import { renderRefusal } from './refusal.ts';

const KEPT_LINES = 40;

interface BuildLine {
  readonly stream?: string;
  readonly error?: string;
  readonly aux?: { readonly ID?: string };
}

/** Builds with the classic builder, which every engine has and which needs no network of its own. */
export async function buildImage(
  client: EngineClient,
  tar: Readable,
  options: Parameters<EngineImages['build']>[1],
): Promise<string> {
  const toDo = `build ${options.tag}`;
  try {
    const bytes = await client.open({
      method: 'POST',
      path: '/build',
      query: { t: options.tag, labels: JSON.stringify(options.labels ?? {}), forcerm: true },
      tar,
      subject: 'engine',
      toDo,
      silenceMs: client.timeouts.idleMs,
      ...(options.signal && { signal: options.signal }),
    });
    return await readImageId(readJsonLines<BuildLine>(bytes), client.explain(toDo));
  } catch (error) {
    if (options.signal?.aborted) throw renderCancelled(client.explain(toDo), options.signal);
    throw error;
  }
}

async function readImageId(lines: AsyncIterable<BuildLine>, doing: string): Promise<string> {
  let output = '';
  let id: string | undefined;
  for await (const { stream, error, aux } of lines) {
    if (error !== undefined) throw renderBuildProblem(error, doing, output);
    output = keepTail(output + (stream ?? ''));
    id = aux?.ID ?? id;
  }
  if (id === undefined) throw new Problem('engine-failed', `${doing}: its answer ended early.`);
  return id;
}

function renderBuildProblem(error: string, doing: string, output: string): Problem {
  const { code, message } = renderRefusal({ message: error, subject: 'engine', doing });
  return new Problem(code, message, { facts: { output } });
}

function keepTail(text: string): string {
  return text.split('\n').slice(-KEPT_LINES).join('\n');
}
