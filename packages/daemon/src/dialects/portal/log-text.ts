import { readLogs } from '../../use-cases/read-logs.ts';
import type { Hand } from './hand.ts';

const mostLines = 2_000;

/** The last lines of an app, each behind its time. Throws `app-not-found`. */
export async function renderLog({ context, actor }: Hand, name: string): Promise<string> {
  const lines: string[] = [];
  const signal = AbortSignal.timeout(30_000);
  for await (const { at, line } of readLogs(context, actor, { name, follow: false, tail: mostLines, signal }))
    lines.push(`${at ?? ''} ${line}\n`);
  return lines.join('');
}
