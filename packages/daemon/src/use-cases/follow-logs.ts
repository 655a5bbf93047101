import type { LogLine } from '@berth/spec/stats';
import type { Instance } from '../core/instance.ts';
import type { Engine, LogOptions } from '../ports/engine.ts';
import { Channel } from './channel.ts';
import type { Context } from './context.ts';
import { readInstanceLog, timeOf } from './instance-log.ts';

const mostHeld = 256;

/** Which logs to follow: all instances of the app, or `only` one. */
export interface LogSource {
  readonly engine: Engine;
  readonly appId: string;
  readonly only: string | undefined;
  readonly options: LogOptions;
}

/** Lines as they are written, from new and from restarted instances too, until the signal aborts or the app is gone. */
export async function* followLogs(context: Context, source: LogSource): AsyncGenerator<LogLine, void> {
  const gone = new AbortController();
  const signal = AbortSignal.any([source.options.signal, gone.signal]);
  const follower = new LogFollower(context, { ...source, options: { ...source.options, signal } });
  const stops = [
    context.fleet.listen((appId) => appId === source.appId && follower.look()),
    context.ledger.listen({ onApps: (ids) => ids.has(source.appId) && follower.look() }),
  ];
  const close = (): void => follower.lines.close();
  signal.addEventListener('abort', close);
  try {
    follower.look();
    if (!signal.aborted) yield* follower.lines.read();
  } finally {
    for (const stop of stops) stop();
    gone.abort();
  }
}

/** One instance's log: the run of it that is being read or was, and the time of the last line. */
interface Reading {
  startedAt: number | null;
  open: boolean;
  last: string;
}

class LogFollower {
  readonly lines = new Channel<LogLine>(mostHeld);
  readonly #context: Context;
  readonly #source: LogSource;
  readonly #readings = new Map<string, Reading>();

  constructor(context: Context, source: LogSource) {
    this.#context = context;
    this.#source = source;
  }

  /** Opens the logs of instances that are new or were started again. */
  look(): void {
    const { appId, only } = this.#source;
    if (!this.#context.ledger.books.apps.has(appId)) return this.lines.close();
    for (const instance of this.#context.fleet.instancesOf(appId)) {
      if (only === undefined || only === instance.id) this.#open(instance);
    }
  }

  #open({ id, startedAt }: Instance): void {
    const known = this.#readings.get(id);
    if (known !== undefined && (known.open || known.startedAt === startedAt)) return;
    const reading = known ?? { startedAt, open: true, last: '' };
    reading.startedAt = startedAt;
    reading.open = true;
    this.#readings.set(id, reading);
    this.#read(id, reading).then(
      () => this.#ended(reading),
      (error: unknown) => this.lines.fail(error),
    );
  }

  /** The engine ends a stream with the container: the log of one that was started again goes on behind the last line. */
  async #read(id: string, reading: Reading): Promise<void> {
    const { engine, options } = this.#source;
    const { tail: _tail, ...rest } = options;
    const again = reading.last === '' ? options : { ...rest, sinceMs: Date.parse(`${reading.last}Z`) };
    const before = reading.last;
    for await (const line of readInstanceLog(engine, id, again)) {
      if (timeOf(line) <= before) continue;
      reading.last = timeOf(line);
      if (!(await this.lines.push(line))) return;
    }
  }

  #ended(reading: Reading): void {
    reading.open = false;
    this.look();
  }
}
