import type { Credential, Token, User } from '../core/access.ts';
import type { App, Release } from '../core/app.ts';
import type { Authority, Certificate } from '../core/certificate.ts';
import type { Change, KeptAnswer } from '../core/change.ts';
import type { Event } from '../core/event.ts';
import type { Operation } from '../core/operation.ts';

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
  /** Drops events, ended operations, kept answers before `beforeMs` and superseded releases beyond `releasesPerApp`. */
  prune(limits: {
    eventsBeforeMs: number;
    operationsBeforeMs: number;
    answersBeforeMs: number;
    releasesPerApp: number;
  }): Promise<void>;
  close(): Promise<void>;
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
  /** 0 when there is none. */
  readonly lastEventId: number;
  /** The oldest event that is kept, 0 when there is none. */
  readonly firstEventId: number;
}
