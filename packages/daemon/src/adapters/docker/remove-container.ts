import { setTimeout as delay } from 'node:timers/promises';
import { isProblem, Problem } from '@berth/spec/problem';
import { renderPathPart } from './call.ts';
import type { EngineClient } from './client.ts';
import { findContainer } from './list-containers.ts';

const PAUSE_MS = 50;

/** Resolves when it is gone, also when another call is removing it already. */
export async function removeContainer(
  client: EngineClient,
  id: string,
  { force }: { readonly force: boolean },
): Promise<void> {
  try {
    await client.run({
      method: 'DELETE',
      path: `/containers/${renderPathPart(id)}`,
      query: { v: true, force },
      subject: 'container',
      toDo: `remove container ${id}`,
      silenceMs: client.timeouts.startMs,
      accepts: [404],
    });
  } catch (error) {
    if (!isProblem(error, 'engine-conflict') || !error.message.includes('already in progress')) throw error;
    await waitUntilGone(client, id);
  }
}

async function waitUntilGone(client: EngineClient, id: string): Promise<void> {
  const end = performance.now() + client.timeouts.startMs;
  while ((await findContainer(client, id)) !== undefined) {
    if (performance.now() > end)
      throw new Problem(
        'engine-timeout',
        `Container ${id} is being removed and does not go away. Check the log of the engine.`,
      );
    await delay(PAUSE_MS);
  }
}
