import type { AppSpec } from '@berth/spec/app-spec';
import type { App } from './app.ts';
import { type Books, releasesOf } from './books.ts';
import type { Upload } from './upload.ts';

/** The apps whose releases refer to each upload: those that serve, come, or could be gone back to at once. */
export function uploadUsers(books: Readonly<Books>): ReadonlyMap<string, readonly App[]> {
  const users = new Map<string, App[]>();
  for (const app of books.apps.values())
    for (const id of uploadsOf(books, app)) users.set(id, [...(users.get(id) ?? []), app]);
  return users;
}

/** The ids of uploads that a spec names. */
function uploadIds({ files }: Pick<AppSpec, 'files'>): string[] {
  return files.flatMap(({ upload }) => upload ?? []);
}

/** What is to become of each upload: whether its time is over, or another one begins. */
export function planSweep(
  books: Readonly<Books>,
  { now, keepMs }: { readonly now: number; readonly keepMs: number },
): { readonly drop: readonly Upload[]; readonly put: readonly Upload[] } {
  const users = uploadUsers(books);
  const drop: Upload[] = [];
  const put: Upload[] = [];
  for (const upload of books.shelves.upload.values()) {
    const isUsed = users.has(upload.id);
    if (isUsed && upload.unusedSince !== null) put.push({ ...upload, unusedSince: null });
    else if (!isUsed && upload.unusedSince === null) put.push({ ...upload, unusedSince: now });
    else if (!isUsed && now - (upload.unusedSince ?? now) >= keepMs) drop.push(upload);
  }
  return { drop, put };
}

function uploadsOf(books: Readonly<Books>, app: App): Set<string> {
  if (app.removing !== null) return new Set();
  return new Set([...releasesOf(books, app.id).values()].flatMap(({ spec }) => uploadIds(spec)));
}
