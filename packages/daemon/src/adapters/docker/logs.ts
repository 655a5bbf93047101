import type { ContainerLogLine, LogOptions } from '../../ports/engine.ts';
import { renderPathPart } from './call.ts';
import type { EngineClient } from './client.ts';
import { renderInstant } from './events.ts';
import { type Frame, readFrames } from './frames.ts';
import { getContainerJson } from './list-containers.ts';
import { createLogLineCutter } from './log-lines.ts';

/** The lines of a container, oldest first. */
export async function* readLogs(
  client: EngineClient,
  id: string,
  options: LogOptions,
): AsyncGenerator<ContainerLogLine, void> {
  try {
    // The engine cuts the output of a container with a terminal into no frames, and older ones do not say so in the answer.
    const hasTerminal = (await getContainerJson(client, id)).Config.Tty === true;
    const bytes = await openLogs(client, id, options);
    const cutter = createLogLineCutter({ framed: !hasTerminal });
    for await (const frame of hasTerminal ? asFrames(bytes) : readFrames(bytes)) yield* cutter.push(frame);
    yield* cutter.flush();
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
}

function openLogs(
  client: EngineClient,
  id: string,
  { follow, tail, sinceMs, untilMs, signal }: LogOptions,
): Promise<AsyncGenerator<Buffer, void>> {
  const query = {
    stdout: true,
    stderr: true,
    timestamps: true,
    follow,
    tail: tail ?? 'all',
    since: sinceMs === undefined ? undefined : renderInstant(sinceMs),
    until: untilMs === undefined ? undefined : renderInstant(untilMs),
  };
  const path = `/containers/${renderPathPart(id)}/logs`;
  return client.open({
    method: 'GET',
    path,
    query,
    subject: 'container',
    toDo: `read the log of container ${id}`,
    rests: follow,
    signal,
  });
}

async function* asFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Frame, void> {
  for await (const data of chunks) yield { stream: 'stdout', data };
}
