import { setImmediate as nextTurn } from 'node:timers/promises';
import { Problem } from '@berth/spec/problem';
import type { Change, KeptAnswer } from '../../core/change.ts';
import type { Event } from '../../core/event.ts';
import type { Operation } from '../../core/operation.ts';
import type { Release } from '../../core/app.ts';
import type { Timeline, Window } from '../../core/uptime.ts';
import type { AppRecord, InstanceRecord } from '../../core/uptime-record.ts';
import type { Snapshot, Store, UptimeSnapshot } from '../../ports/store.ts';
import type { Connection } from './connection.ts';
import { loadSnapshot } from './load-snapshot.ts';
import { prune } from './prune.ts';
import { findAppRecord, listAppRecords, listInstanceRecords, loadUptime, readTimeline } from './read-uptime.ts';
import { parseRecord } from './record.ts';
import { storeProblem } from './store-problem.ts';
import { writeAll } from './write-all.ts';

/** The store in one SQLite file. `openSqliteStore` makes one. */
export class SqliteStore implements Store {
  readonly fresh: boolean;
  readonly #connection: Connection;
  #pruning: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(connection: Connection, fresh: boolean) {
    this.#connection = connection;
    this.fresh = fresh;
  }

  async load(): Promise<Snapshot> {
    try {
      return loadSnapshot(this.#connection);
    } catch (error) {
      throw storeProblem(error);
    }
  }

  /** Begins with the next turn: waiting for the disk stops everything else, so what came in this turn goes first. */
  async commit(changes: readonly Change[]): Promise<void> {
    if (this.#closed) throw new Problem('shutting-down', 'The store is closed: try again once Berth has started anew.');
    await nextTurn();
    writeAll(changes, this.#connection);
  }

  async listReleases(appId: string, page: { before?: number; limit: number }): Promise<Release[]> {
    let query = this.#connection.db.selectFrom('release').select('body').where('app_id', '=', appId);
    if (page.before !== undefined) query = query.where('number', '<', page.before);
    return (await query.orderBy('number', 'desc').limit(page.limit).execute()).map(parseRecord);
  }

  async findRelease(appId: string, number: number): Promise<Release | undefined> {
    const query = this.#connection.db.selectFrom('release').select('body');
    const row = await query.where('app_id', '=', appId).where('number', '=', number).executeTakeFirst();
    return row && parseRecord(row);
  }

  async listOperations(filter: {
    appId?: string;
    owner?: string;
    before?: string;
    limit: number;
  }): Promise<Operation[]> {
    let query = this.#connection.db.selectFrom('operation').select('body');
    if (filter.appId !== undefined) query = query.where('app_id', '=', filter.appId);
    if (filter.owner !== undefined) query = query.where('owner', '=', filter.owner);
    if (filter.before !== undefined) query = query.where('id', '<', filter.before);
    return (await query.orderBy('id', 'desc').limit(filter.limit).execute()).map(parseRecord);
  }

  async findOperation(id: string): Promise<Operation | undefined> {
    const row = await this.#connection.db
      .selectFrom('operation')
      .select('body')
      .where('id', '=', id)
      .executeTakeFirst();
    return row && parseRecord(row);
  }

  async listEvents(filter: { after: number; app?: string; owner?: string; limit: number }): Promise<Event[]> {
    let query = this.#connection.db.selectFrom('event').select('body').where('id', '>', filter.after);
    if (filter.app !== undefined) query = query.where('app', '=', filter.app);
    if (filter.owner !== undefined) query = query.where('owner', '=', filter.owner);
    return (await query.orderBy('id').limit(filter.limit).execute()).map(parseRecord);
  }

  async findAnswer(user: string, key: string): Promise<KeptAnswer | undefined> {
    const query = this.#connection.db.selectFrom('answer').select('body');
    const row = await query.where('user', '=', user).where('key', '=', key).executeTakeFirst();
    return row && parseRecord(row);
  }

  async loadUptime(): Promise<UptimeSnapshot> {
    return loadUptime(this.#connection);
  }

  async readTimeline(recordId: string, window: Window): Promise<Timeline> {
    return readTimeline(this.#connection, recordId, window);
  }

  async findAppRecord(appId: string): Promise<AppRecord | undefined> {
    return findAppRecord(this.#connection, appId);
  }

  async listAppRecords(page: { before?: string; limit: number }): Promise<AppRecord[]> {
    return listAppRecords(this.#connection, page);
  }

  async listInstanceRecords(appId: string, window: Window, limit: number): Promise<InstanceRecord[]> {
    return listInstanceRecords(this.#connection, { appId, window, limit });
  }

  prune(limits: Parameters<Store['prune']>[0]): Promise<void> {
    this.#pruning = Promise.allSettled([this.#pruning]).then(() =>
      prune(this.#connection.db, limits, () => this.#closed),
    );
    return this.#pruning;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await nextTurn(); // after the commits that wait for it
    await Promise.allSettled([this.#pruning]);
    await this.#connection.db.destroy();
  }
}
