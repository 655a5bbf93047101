import type { UptimeSpan } from '../../core/uptime.ts';
import { readUptime } from '../../use-cases/read-uptime.ts';
import type { Hand } from './hand.ts';
import { LocalTime } from './local-time.ts';
import { getSrcApp } from './src-app.ts';
import { words } from './words.ts';

const hourMs = 3_600_000;
const stepMs = 600_000;

const durations: ReadonlyMap<string, number> = new Map([
  ['hour', hourMs],
  ['day', 24 * hourMs],
  ['week', 7 * 24 * hourMs],
  ['month', 30 * 24 * hourMs],
]);

/** Whether the app ran, by local times. Nothing is said of time in which nobody watched. */
export async function summariseUptime(
  hand: Hand,
  { name, duration }: { readonly name: string; readonly duration: string | undefined },
): Promise<Record<string, boolean>> {
  const { context, actor } = hand;
  const { app } = getSrcApp(hand, name);
  if (duration === undefined || duration === '') throw words.noDuration();
  const lengthMs = durations.get(duration);
  if (lengthMs === undefined) throw words.badDuration();
  if (context.uptime.find(app.id) === undefined) throw words.noLog(name);
  const until = context.clock.now();
  const { spans } = await readUptime(context, actor, { name: app.name, since: until - lengthMs, until });
  return sample(spans ?? []);
}

/** One sample at each change, and one at each full ten minutes. */
export function sample(spans: readonly UptimeSpan[]): Record<string, boolean> {
  const times = new LocalTime();
  const samples: Sample[] = [];
  for (const { since, until, state } of spans) {
    if (state === 'unknown') continue;
    samples.push([times.render(since), state === 'running']);
    for (let at = (Math.floor(since / stepMs) + 1) * stepMs; at < until; at += stepMs)
      samples.push([times.render(at), state === 'running']);
  }
  return Object.fromEntries(isAscending(samples) ? samples : inOrder(samples));
}

type Sample = readonly [time: string, isRunning: boolean];

function isAscending(samples: readonly Sample[]): boolean {
  return samples.every(([time], at) => at === 0 || (samples[at - 1]?.[0] ?? '') <= time);
}

/** Where clocks are put back, an hour comes twice: what came later counts. */
function inOrder(samples: readonly Sample[]): Sample[] {
  return [...new Map(samples)].toSorted(([one], [other]) => (one < other ? -1 : 1));
}
