import type { Credential, Token, User } from '../core/access.ts';
import type { App, Release } from '../core/app.ts';
import type { Authority, Certificate } from '../core/certificate.ts';
import type { Change, KeptAnswer } from '../core/change.ts';
import type { Event } from '../core/event.ts';
import type { Operation } from '../core/operation.ts';
import type { ShelfItem } from '../core/shelf.ts';
import type { Timeline, Window } from '../core/uptime.ts';
import type { AppRecord, InstanceRecord, UptimeRecord } from '../core/uptime-record.ts';

/**
 * What must outlive the process. A resolved `commit` survives kill -9 of the process and loss of power.
 * Rejects with the problem `internal`, and `engine-disk-full` never: a full disk of Berth's own is `internal` with its word.
 */
export interface Store {
  /** True when the store was made by this opening: there was nothing before. */
  readonly fresh: boolean;
  /** Everything that is kept in memory while running. */
  load(): Promise<Snapshot>;
  /** All of the changes, or none. */
  commit(changes: readonly Change[]): Promise<void>;
  /** Newest first; `before` is a release number. */
  listReleases(appId: string, page: { before?: number; limit: number }): Promise<Release[]>;
  findRelease(appId: string, number: number): Promise<Release | undefined>;
  /** Newest first by id (ids sort by time). */
  listOperations(filter: { appId?: string; owner?: string; before?: string; limit: number }): Promise<Operation[]>;
  findOperation(id: string): Promise<Operation | undefined>;
  /** Oldest first, behind `after`. */
  listEvents(filter: { after: number; app?: string; owner?: string; limit: number }): Promise<Event[]>;
  findAnswer(user: string, key: string): Promise<KeptAnswer | undefined>;
  /** Where the recording of uptime goes on: the records that have not ended. */
  loadUptime(): Promise<UptimeSnapshot>;
  /** The marks of the window, and the one before it. Empty for an id that has none. */
  readTimeline(recordId: string, window: Window): Promise<Timeline>;
  findAppRecord(appId: string): Promise<AppRecord | undefined>;
  /** Newest first by id, also of apps that are gone; behind `before`. */
  listAppRecords(page: { before?: string; limit: number }): Promise<AppRecord[]>;
  /** Those of the app that were there in the window, newest first. */
  listInstanceRecords(appId: string, window: Window, limit: number): Promise<InstanceRecord[]>;
  /**
   * Drops events, ended operations, kept answers before `beforeMs` and superseded releases beyond `releasesPerApp`. Uptime
   * before `uptimeBeforeMs` goes, but for the last mark before; before `uptimeExactBeforeMs` it is rolled up by the hour.
   */
  prune(limits: {
    eventsBeforeMs: number;
    operationsBeforeMs: number;
    answersBeforeMs: number;
    releasesPerApp: number;
    uptimeBeforeMs: number;
    uptimeExactBeforeMs: number;
  }): Promise<void>;
  close(): Promise<void>;
}

export interface UptimeSnapshot {
  readonly records: readonly UptimeRecord[];
  /** Null when nothing was ever recorded. */
  readonly seenUntil: number | null;
}

export interface Snapshot {
  readonly apps: readonly App[];
  /** Of each app: the target, the serving and the newest release. */
  readonly releases: readonly Release[];
  /** Those under way. */
  readonly operations: readonly Operation[];
  readonly users: readonly User[];
  readonly tokens: readonly Token[];
  readonly credentials: readonly Credential[];
  readonly certificates: readonly Certificate[];
  readonly authorities: readonly Authority[];
  /** In the order in which they were first put. */
  readonly shelfItems: readonly ShelfItem[];
  /** 0 when there is none. */
  readonly lastEventId: number;
  /** The oldest event that is kept, 0 when there is none. */
  readonly firstEventId: number;
}
