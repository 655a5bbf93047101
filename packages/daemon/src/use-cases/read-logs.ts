import type { LogLine } from '@berth/spec/stats';
import type { Instance } from '../core/instance.ts';
import type { Engine, LogOptions } from '../ports/engine.ts';
import type { Actor } from './actor.ts';
import { getApp } from './app-access.ts';
import { getEngine, getInstance } from './app-instance.ts';
import type { Context } from './context.ts';
import { followLogs } from './follow-logs.ts';
import { mergeLogs, readInstanceLog } from './instance-log.ts';

/** Whose log to read, and which part. `tail` counts the last lines of all instances together, when following of each. */
export interface LogWish {
  readonly name: string;
  readonly instance?: string | undefined;
  readonly follow: boolean;
  readonly tail?: number | undefined;
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * What the app's instances wrote, in the order of time. Following, lines come as they are written, from new instances too,
 * until `signal` aborts or the app is gone. Refusals are thrown at once.
 */
export function readLogs(context: Context, actor: Actor, wish: LogWish): AsyncGenerator<LogLine, void> {
  const app = getApp(context.ledger.books, actor, { name: wish.name, scope: 'read' });
  const engine = getEngine(context, app);
  const only = wish.instance === undefined ? undefined : getInstance(context, app, wish.instance).id;
  const options = logOptions(wish);
  if (wish.follow) return followLogs(context, { engine, appId: app.id, only, options });
  const instances = context.fleet.instancesOf(app.id).filter((instance) => only === undefined || instance.id === only);
  return readAll(engine, instances, options);
}

function logOptions({ follow, tail, sinceMs, untilMs, signal }: LogWish): LogOptions {
  return {
    follow,
    signal,
    ...(tail === undefined ? {} : { tail }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(untilMs === undefined ? {} : { untilMs }),
  };
}

async function* readAll(
  engine: Engine,
  instances: readonly Instance[],
  options: LogOptions,
): AsyncGenerator<LogLine, void> {
  const lines = mergeLogs(instances.map((instance) => readInstanceLog(engine, instance.id, options)));
  if (options.tail === undefined || instances.length < 2) return yield* lines;
  const last: LogLine[] = [];
  for await (const line of lines) {
    last.push(line);
    if (last.length > options.tail) last.shift();
  }
  yield* last;
}
