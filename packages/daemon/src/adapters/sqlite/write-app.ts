import { Problem } from '@berth/spec/problem';
import type { DomainRoute } from '@berth/spec/app-route';
import type { App } from '../../core/app.ts';
import type { Connection } from './connection.ts';
import { renderRecord } from './record.ts';
import { isTaken } from './store-problem.ts';

/** Writes an app and its addresses. Fails with `name-taken` or `domain-taken` where another app has them. */
export function putApp(app: App, connection: Connection): void {
  putRow(app, connection);
  if (hasNewDomains(app, connection)) replaceDomains(app, connection);
}

/** Takes an app away, and its releases and addresses with it. Its operations and events stay. */
export function removeApp(id: string, { db, statements }: Connection): void {
  statements.run(db.deleteFrom('release').where('app_id', '=', id));
  statements.run(db.deleteFrom('app').where('id', '=', id));
}

function putRow(app: App, { db, statements }: Connection): void {
  const row = {
    name: app.name,
    target_release: app.target?.release ?? null,
    serving_release: app.serving?.release ?? null,
    body: renderRecord(app),
  };
  const query = db
    .insertInto('app')
    .values({ id: app.id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row));
  try {
    statements.run(query);
  } catch (error) {
    throw isTaken(error) ? nameTaken(app.name, error) : error;
  }
}

/** Nearly every write of an app leaves its addresses as they are, and a read is cheaper than a write. */
function hasNewDomains(app: App, { db, statements }: Connection): boolean {
  const rows = statements.all(db.selectFrom('domain').select(['host', 'path_prefix']).where('app_id', '=', app.id));
  const bound = new Set(rows.map((row) => addressOf(row.host, row.path_prefix)));
  return (
    bound.size !== app.domains.length ||
    !app.domains.every((domain) => bound.has(addressOf(domain.host, domain.pathPrefix)))
  );
}

function replaceDomains(app: App, connection: Connection): void {
  const { db, statements } = connection;
  statements.run(db.deleteFrom('domain').where('app_id', '=', app.id));
  for (const domain of app.domains) bindDomain(app.id, domain, connection);
}

function bindDomain(appId: string, domain: DomainRoute, { db, statements }: Connection): void {
  try {
    statements.run(
      db.insertInto('domain').values({ host: domain.host, path_prefix: domain.pathPrefix, app_id: appId }),
    );
  } catch (error) {
    throw isTaken(error) ? domainTaken(domain, error) : error;
  }
}

function nameTaken(name: string, cause: unknown): Problem {
  return new Problem('name-taken', `There is an app named ${name} already: choose another name.`, {
    facts: { app: name },
    cause,
  });
}

/** Does not say who has it: that may be somebody else's app. */
function domainTaken({ host, pathPrefix }: DomainRoute, cause: unknown): Problem {
  const detail = `${addressOf(host, pathPrefix)} is bound already: choose another host or path, or remove that binding first.`;
  return new Problem('domain-taken', detail, { facts: { host, pathPrefix }, cause });
}

/** A path prefix starts with `/`, which no host holds. */
function addressOf(host: string, pathPrefix: string): string {
  return `${host}${pathPrefix}`;
}
