import type { UptimeState } from '@berth/spec/uptime';

/** From `at` (epoch milliseconds) on the app was in that state. */
export interface LogMark {
  readonly at: number;
  readonly state: UptimeState;
}

/** What a log tells, in the order of time, each change once; and how many of its lines say nothing. */
export interface ParsedLog {
  readonly marks: readonly LogMark[];
  readonly unread: number;
}

/** The sampler wrote every ten minutes; where it did not for longer than two of its turns, nothing is known. */
const turnMs = 600_000;
const silenceMs = 2.5 * turnMs;

/** The first words of `docker ps` and of `docker service ps`. */
const states: ReadonlyMap<string, UptimeState> = new Map([
  ['running', 'running'],
  ['paused', 'paused'],
  ['created', 'stopped'],
  ['exited', 'stopped'],
  ['removing', 'stopped'],
  ['restarting', 'down'],
  ['dead', 'down'],
  ['complete', 'completed'],
  ['shutdown', 'stopped'],
  ['failed', 'down'],
  ['rejected', 'down'],
  ['starting', 'starting'],
  ['preparing', 'starting'],
  ['pending', 'starting'],
]);

/** Reads lines such as `2023-06-20T13:50:45: running [Up 3 minutes]`, whose times are local. */
export function parseSrcLog(text: string): ParsedLog {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const read = lines.flatMap((line) => parseSample(line) ?? []);
  const samples = [...new Map(read.map((sample) => [sample.at, sample])).values()].toSorted(
    (one, other) => one.at - other.at,
  );
  const marks = samples.flatMap((sample, index) => marksOf(sample, samples[index - 1], samples[index + 1]));
  return { marks, unread: lines.length - read.length };
}

function parseSample(line: string): LogMark | undefined {
  const [, time = '', word = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d): (\w+)/.exec(line) ?? [];
  const [at, state] = [new Date(time).getTime(), states.get(word.toLowerCase())];
  return Number.isNaN(at) || state === undefined ? undefined : { at, state };
}

/** A sample counts until the next one, unless that is late or never comes: then for one turn. */
function marksOf(sample: LogMark, before: LogMark | undefined, next: LogMark | undefined): LogMark[] {
  const isNews = before === undefined || before.state !== sample.state || isSilence(before, sample);
  const isLast = next === undefined || isSilence(sample, next);
  return [...(isNews ? [sample] : []), ...(isLast ? [{ at: sample.at + turnMs, state: 'unknown' } as const] : [])];
}

function isSilence(one: LogMark, next: LogMark): boolean {
  return next.at - one.at > silenceMs;
}
