import type { KeptAnswer, Change } from '../../core/change.ts';
import type { Event } from '../../core/event.ts';
import type { Operation } from '../../core/operation.ts';
import type { Release } from '../../core/app.ts';
import type { Snapshot, Store } from '../../ports/store.ts';
import { CommitQueue } from './commit-queue.ts';
import type { Connection } from './connection.ts';
import { loadSnapshot } from './load-snapshot.ts';
import { prune } from './prune.ts';
import { parseRecord } from './record.ts';
import { storeProblem } from './store-problem.ts';

/** The store in one SQLite file. `openSqliteStore` makes one. */
export class SqliteStore implements Store {
  readonly fresh: boolean;
  readonly #connection: Connection;
  readonly #queue: CommitQueue;
  #pruning: Promise<void> = Promise.resolve();

  constructor(connection: Connection, fresh: boolean) {
    this.#connection = connection;
    this.#queue = new CommitQueue(connection);
    this.fresh = fresh;
  }

  async load(): Promise<Snapshot> {
    try {
      return loadSnapshot(this.#connection);
    } catch (error) {
      throw storeProblem(error);
    }
  }

  commit(changes: readonly Change[]): Promise<void> {
    return this.#queue.commit(changes);
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

  prune(limits: Parameters<Store['prune']>[0]): Promise<void> {
    this.#pruning = Promise.allSettled([this.#pruning]).then(() =>
      prune(this.#connection.db, limits, () => this.#queue.closed),
    );
    return this.#pruning;
  }

  async close(): Promise<void> {
    this.#queue.close();
    await Promise.allSettled([this.#pruning]);
    await this.#connection.db.destroy();
  }
}
