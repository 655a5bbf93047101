import { isProblem } from '@berth/spec/problem';
import { TextRefusal } from '../../dialect-kit/text-refusal.ts';
import type { Hand } from './hand.ts';
import { words } from './words.ts';

interface Done<Result> {
  readonly name: string;
  readonly result: Result;
}

interface Failed {
  readonly error: unknown;
}

type Outcome<Result> = Done<Result> | Failed;

/** Several names, side by side: how many of how many succeeded, and a refusal unless all did. */
export async function forEachName<Result>(
  name: string | undefined,
  {
    one,
    all,
  }: {
    readonly one: (name: string) => Promise<Result>;
    readonly all: (results: ReadonlyMap<string, Result>) => unknown;
  },
): Promise<unknown> {
  if (name === undefined || name === '') throw words.noName();
  if (!name.includes(',')) return one(name);
  const names = name.split(',').filter((part) => part !== '');
  const outcomes = await Promise.all(names.map((part) => tryOne(part, one)));
  const done = outcomes.filter((outcome): outcome is Done<Result> => 'result' in outcome);
  if (done.length < outcomes.length) throw new TextRefusal(400, countText(done.length, outcomes.length));
  return all(new Map(done.map((outcome) => [outcome.name, outcome.result])));
}

/** The text for a batch of changes. */
export function changeEach(hand: Hand, name: string | undefined, change: (hand: Hand, name: string) => Promise<void>) {
  const total = (name ?? '').split(',').filter((part) => part !== '').length;
  return forEachName(name, {
    one: async (part) => {
      await change(hand, part);
      return words.success;
    },
    all: () => countText(total, total),
  });
}

function countText(done: number, total: number): string {
  return `${done}/${total} succeeded`;
}

async function tryOne<Result>(name: string, one: (name: string) => Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { name, result: await one(name) };
  } catch (error) {
    if (!(error instanceof TextRefusal) && !isProblem(error)) throw error;
    return { error };
  }
}
