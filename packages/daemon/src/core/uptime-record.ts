import type { UptimeMark } from './uptime.ts';

/** Whose uptime is recorded, from when to when. All times are epoch milliseconds. */
export type UptimeRecord = AppRecord | InstanceRecord | EngineRecord;

interface RecordFields {
  readonly id: string;
  readonly engine: string;
  readonly begunAt: number;
  /** Null while there is something to watch. */
  readonly endedAt: number | null;
  /** The newest mark; null before the first. */
  readonly last: UptimeMark | null;
}

/** Its id is the app's: another app of the same name has another record. */
export interface AppRecord extends RecordFields {
  readonly kind: 'app';
  readonly name: string;
  readonly owner: string;
}

/** Its id is the container's. */
export interface InstanceRecord extends RecordFields {
  readonly kind: 'instance';
  readonly appId: string;
  readonly release: number;
  readonly slot: number;
}

/** Whether the engine was watched: `running` while its picture was in sync, else `unknown`. */
interface EngineRecord extends RecordFields {
  readonly kind: 'engine';
}

/** No app or container has an id like it. */
export function engineRecordId(engine: string): string {
  return `engine/${engine}`;
}

/** The app that the record is about; null for an engine's. */
export function recordedApp(record: UptimeRecord): string | null {
  if (record.kind === 'engine') return null;
  return record.kind === 'app' ? record.id : record.appId;
}

/**
 * When the next mark is to lie: never before the last one. One that lies ahead of `now` was made by a clock that has been
 * set back since: the record is then cut at `now`.
 */
export function markTime(wanted: number, last: UptimeMark | null, now: number): number {
  const at = Math.trunc(Math.min(wanted, now));
  if (last === null) return at;
  return last.at > now ? now : Math.max(last.at, at);
}
