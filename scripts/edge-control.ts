import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { edgeCalls } from '../packages/daemon/src/core/edge-control.ts';
import { callEngine } from './engine-call.ts';
import { hasEnded } from './private-engine/processes.ts';

const ANSWER_MS = 2_000;

/** Process id of the edge that serves for a data folder, whether its daemon lives or not. */
export async function findEdgePid(dataFolder: string): Promise<number | undefined> {
  const { method, path } = edgeCalls.session;
  try {
    const call = request({
      socketPath: renderSocket(dataFolder),
      method,
      path,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const [answer] = (await once(call.end(), 'response')) as [IncomingMessage];
    const [hello] = (await once(answer, 'data')) as [Buffer];
    answer.on('error', () => {}).destroy();
    return (JSON.parse(hello.toString()) as { readonly pid: number }).pid;
  } catch {
    return undefined;
  }
}

/** Ends the edge of a data folder and with it all traffic; does nothing when there is none. */
export async function stopEdge(dataFolder: string, graceMs: number): Promise<void> {
  const pid = await findEdgePid(dataFolder);
  if (pid === undefined) return;
  const { method, path } = edgeCalls.stop;
  await callEngine(renderSocket(dataFolder), `${method} ${path}`, {
    json: { graceMs },
    timeoutMs: graceMs + ANSWER_MS,
  });
  await hasEnded(pid, graceMs + ANSWER_MS);
}

function renderSocket(dataFolder: string): string {
  return join(dataFolder, 'edge.sock');
}
