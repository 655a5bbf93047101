/** An image reference taken apart the way engines do it, with what they add by themselves. */
export interface ImageName {
  readonly registry: string;
  readonly repository: string;
  /** Null with a digest, which alone then says what is meant. */
  readonly tag: string | null;
  /** `sha256:…` */
  readonly digest: string | null;
}

const hub = 'docker.io';

/** Reads what `ImageReference` lets through; `nginx` is `docker.io/library/nginx:latest`. */
export function parseImageName(reference: string): ImageName {
  const [named = '', digest = null] = reference.split('@');
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const path = hasTag ? named.slice(0, colon) : named;
  const tag = hasTag ? named.slice(colon + 1) : 'latest';
  return { ...parsePlace(path), tag: digest === null ? tag : null, digest };
}

/** Registry and repository of a name without tag and digest. */
export function parsePlace(path: string): Pick<ImageName, 'registry' | 'repository'> {
  const slash = path.indexOf('/');
  const first = path.slice(0, Math.max(0, slash));
  if (slash < 0) return { registry: hub, repository: `library/${path}` };
  if (!/[.:]|^localhost$/.test(first)) return { registry: hub, repository: path };
  const rest = path.slice(slash + 1);
  const registry = first === 'index.docker.io' ? hub : first.toLowerCase();
  return { registry, repository: registry === hub && !rest.includes('/') ? `library/${rest}` : rest };
}

/** Equal for references that mean the same: `docker.io/library/nginx:latest`. */
export function imageKey(reference: string): string {
  const { registry, repository, tag, digest } = parseImageName(reference);
  return `${registry}/${repository}${digest === null ? `:${tag}` : `@${digest}`}`;
}

/** Equal for references into one repository. */
export function repositoryKey(reference: string): string {
  const { registry, repository } = parseImageName(reference);
  return `${registry}/${repository}`;
}

/** The repository as engines list it: without what is usual. */
export function shortRepository(reference: string): string {
  const { registry, repository } = parseImageName(reference);
  return registry === hub ? repository.replace(/^library\//, '') : `${registry}/${repository}`;
}

/**
 * The reference to give to an engine: always with a tag or a digest, because engines take a bare word of hexadecimal
 * digits for the beginning of an image's id.
 */
export function engineReference(reference: string): string {
  const { tag, digest } = parseImageName(reference);
  return `${shortRepository(reference)}${digest === null ? `:${tag}` : `@${digest}`}`;
}
