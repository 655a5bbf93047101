/**
 * A repository of which an image came to an engine by somebody's credential: from then on, an image of it is given to those
 * alone who pulled that very image with success, or for whom it was there before.
 */
export interface GuardedRepository {
  readonly engine: string;
  /** With its registry: `registry.example.org/team/app`. */
  readonly repository: string;
  readonly holders: readonly ImageHolder[];
}

/** `owner` null: everybody, because it needs no credential, or was there before. */
export interface ImageHolder {
  readonly imageId: string;
  readonly owner: string | null;
}

export function guardKey(engine: string, repository: string): string {
  return `${engine} ${repository}`;
}

/** True when the owner need not show again that the registry gives the image. */
export function isHolder(guarded: GuardedRepository | undefined, holder: ImageHolder): boolean {
  if (guarded === undefined) return true;
  return guarded.holders.some(
    ({ imageId, owner }) => imageId === holder.imageId && (owner === null || owner === holder.owner),
  );
}

/** With one more holder. */
export function withHolder(guarded: GuardedRepository, holder: ImageHolder): GuardedRepository {
  return isHolder(guarded, holder) ? guarded : { ...guarded, holders: [...guarded.holders, holder] };
}
