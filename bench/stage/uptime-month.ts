import { join } from 'node:path';
import { openSqliteStore } from '../../packages/daemon/src/adapters/sqlite/open-sqlite-store.ts';
import type { Change } from '../../packages/daemon/src/core/change.ts';
import type { UptimeMark } from '../../packages/daemon/src/core/uptime.ts';
import { engineRecordId, type UptimeRecord } from '../../packages/daemon/src/core/uptime-record.ts';
import { appPut, releasePut } from '../../packages/daemon/src/ports/store-sample.contract.ts';

const DAY_MS = 86_400_000;
export const MONTH_DAYS = 30;
const INSTANCES = 3;
/** Restarts of Berth in the month: the time between is unknown. */
const GAPS = 8;

/** An app with a past: so many changes of each of its records, evenly over the month. */
export interface PastApp {
  readonly name: string;
  readonly changes: number;
}

/** Writes the store of a daemon whose apps have a month behind them. */
export async function writeMonth(folder: string, apps: readonly PastApp[]): Promise<void> {
  const begin = Date.now() - MONTH_DAYS * DAY_MS;
  const store = await openSqliteStore(join(folder, 'berth.db'));
  const watch = spread({ begin, changes: 2 * GAPS, states: ['running', 'unknown'] });
  await store.commit([
    put({ ...fields(engineRecordId('local'), begin), kind: 'engine' }, watch),
    ...apps.flatMap((app) => pastApp(app, begin)),
    { kind: 'uptime.seen', at: Date.now() },
  ]);
  await store.close();
}

function pastApp({ name, changes }: PastApp, begin: number): Change[] {
  const marks = spread({ begin, changes, states: ['running', 'down'] });
  const slots = Array.from({ length: INSTANCES }, (_, slot) => slot);
  const released = { ...releasePut(name, 1, 'serving').release, imageId: 'none' };
  return [
    appPut({ id: name, owner: 'admin', desired: 'stopped', createdAt: begin, serving: { release: 1, generation: 1 } }),
    { kind: 'release.put', release: released },
    put({ ...fields(name, begin), kind: 'app', name, owner: 'admin' }, marks),
    ...slots.map((slot) => {
      const place = { kind: 'instance', appId: name, release: 1, slot } as const;
      return put({ ...fields(`${name}-${slot}`, begin), ...place }, marks);
    }),
  ];
}

function fields(id: string, begunAt: number) {
  return { id, engine: 'local', begunAt, endedAt: null, last: null };
}

function put(record: UptimeRecord, marks: readonly UptimeMark[]): Change {
  return { kind: 'uptime.put', record: { ...record, last: marks.at(-1) ?? null }, marks };
}

function spread(plan: {
  readonly begin: number;
  readonly changes: number;
  readonly states: readonly [UptimeMark['state'], UptimeMark['state']];
}): UptimeMark[] {
  const stepMs = (MONTH_DAYS * DAY_MS) / plan.changes;
  return Array.from({ length: plan.changes }, (_, index) => ({
    at: plan.begin + Math.floor(index * stepMs),
    state: plan.states[index % 2 === 0 ? 0 : 1],
  }));
}
