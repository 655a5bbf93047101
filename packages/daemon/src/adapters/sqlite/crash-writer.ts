import { writeSync } from 'node:fs';
import { openSqliteStore } from './open-sqlite-store.ts';

/** For `crash.test.ts` to kill: commits numbered pairs of records without an end, and prints each number once acknowledged. */
const store = await openSqliteStore(process.argv[2] ?? '');
const { lastEventId } = await store.load();
const event = { kind: 'app.state', app: 'a', owner: 'ada', operation: null } as const;
for (let number = lastEventId + 1; ; number += 1) {
  await store.commit([
    { kind: 'event.add', event: { ...event, id: number, at: number, detail: 'x'.repeat(number % 5000) } },
    { kind: 'user.put', user: { name: String(number), role: 'user', createdAt: number } },
  ]);
  writeSync(1, `${number}\n`);
}
