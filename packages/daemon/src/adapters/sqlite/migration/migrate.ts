import { Problem } from '@berth/spec/problem';
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { storeProblem } from '../store-problem.ts';

type Migrations = Readonly<Record<string, Migration>>;

/**
 * Brings the store to the newest of `migrations`, all in one transaction. True when there was nothing before.
 * Refuses a store of a newer Berth without touching it.
 */
export async function migrate(db: Kysely<unknown>, migrations: Migrations): Promise<boolean> {
  const applied = await listApplied(db);
  refuseNewer(applied, migrations);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw storeProblem(error);
  return applied.length === 0;
}

async function listApplied(db: Kysely<unknown>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  return tables.some((table) => table.name === 'kysely_migration') ? await listSteps(db) : [];
}

async function listSteps(db: Kysely<unknown>): Promise<string[]> {
  const history = db as Kysely<{ kysely_migration: { name: string } }>;
  const rows = await history.selectFrom('kysely_migration').select('name').orderBy('name').execute();
  return rows.map((row) => row.name);
}

function refuseNewer(applied: readonly string[], migrations: Migrations): void {
  const unknown = applied.filter((name) => !(name in migrations));
  if (unknown.length === 0) return;
  throw new Problem(
    'internal',
    `The store has schema version ${newestVersion(applied)}, this Berth knows up to version ` +
      `${newestVersion(Object.keys(migrations))}: start the newer Berth again, or restore a backup from before the upgrade.`,
  );
}

function newestVersion(names: readonly string[]): number {
  return Math.max(...names.map((name) => Number.parseInt(name, 10)));
}
