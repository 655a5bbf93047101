import type { GuardedRepository } from './guarded-repository.ts';
import type { ImageRequest } from './image-request.ts';
import type { OwnQuota } from './own-quota.ts';
import type { Template } from './template.ts';
import type { Upload } from './upload.ts';

/** Small records that are kept whole, in the store and in memory: one line for each kind, by its name. */
interface ShelfRecords {
  readonly imageRequest: ImageRequest;
  readonly quota: OwnQuota;
  readonly upload: Upload;
  readonly guardedRepository: GuardedRepository;
  readonly template: Template;
}

export type ShelfName = keyof ShelfRecords;

/** By key, in the order in which they were first put. */
export type Shelves = { readonly [Name in ShelfName]: Map<string, ShelfRecords[Name]> };

/** What lies on shelves, told one by one. */
export type ShelfItem = {
  [Name in ShelfName]: { readonly shelf: Name; readonly key: string; readonly record: ShelfRecords[Name] };
}[ShelfName];

/** The names as values; the type sees to it that none is missing. */
const shelfNames = Object.keys({
  imageRequest: true,
  quota: true,
  upload: true,
  guardedRepository: true,
  template: true,
} satisfies Record<ShelfName, true>) as readonly ShelfName[];

export function emptyShelves(): Shelves {
  return Object.fromEntries(shelfNames.map((name) => [name, new Map()])) as unknown as Shelves;
}
