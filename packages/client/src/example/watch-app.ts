import { followAppLogs, followEvents } from '../follow.ts';
import type { Client } from '../generated/client/index.ts';

/** Tells what happens to an app until it is removed. */
export async function watchUntilRemoved(client: Client, name: string, tell: (line: string) => void): Promise<void> {
  for await (const event of followEvents({ client, app: name, after: 0 })) {
    tell(`${event.kind}: ${event.detail}`);
    if (event.kind === 'app.removed') return;
  }
}

/** The last lines that an app wrote. */
export async function lastLines(client: Client, name: string, count: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const { line } of followAppLogs({ client, name, tail: count })) lines.push(line);
  return lines;
}
