import { text as readText } from 'node:stream/consumers';
import { interruption } from '../failure.ts';
import type { Surroundings } from '../surroundings.ts';

/** Asks a yes-or-no question on standard error; undefined when nobody is at a terminal. Ctrl-C ends the command. */
export async function confirm(world: Surroundings, message: string): Promise<boolean | undefined> {
  if (!isAttended(world)) return undefined;
  const prompts = await import('@clack/prompts');
  const answer = await prompts.confirm({ message, initialValue: false, ...streams(world) });
  if (prompts.isCancel(answer)) throw interruption();
  return answer;
}

/** A secret that is typed unseen, or the first line of standard input where that is no terminal. */
export async function readSecret(world: Surroundings, message: string): Promise<string> {
  if (!isAttended(world)) return ((await readText(world.input)).split(/\r?\n/)[0] ?? '').trim();
  const prompts = await import('@clack/prompts');
  const answer = await prompts.password({ message, ...streams(world) });
  if (prompts.isCancel(answer)) throw interruption();
  return answer.trim();
}

function isAttended({ input, errorOutput }: Surroundings): boolean {
  return input.isTTY === true && errorOutput.isTTY === true;
}

function streams({ input, errorOutput }: Surroundings) {
  return { input, output: errorOutput, withGuide: false };
}
