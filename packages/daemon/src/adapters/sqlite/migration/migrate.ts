import { Problem } from '@berth/spec/problem';
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { storeProblem } from '../store-problem.ts';

type Migrations = Readonly<Record<string, Migration>>;

/**
 * Brings the store to the newest of `migrations`, all in one transaction. True when there was nothing before.
 * Refuses a store of a newer Berth, and a database that is no store, without touching them.
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
  const steps = tables.some((table) => table.name === 'kysely_migration') ? await listSteps(db) : [];
  if (steps.length === 0 && tables.some((table) => !table.name.startsWith('kysely_migration'))) {
    throw new Problem('internal', 'The file is a database, but not a store of Berth: name another data folder.');
  }
  return steps;
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
