/** A reference in parts. A registry’s port is no tag. */
export interface NameParts {
  /** `docker.io` and `library` left out. */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** Undefined where it is no name, as a bare id. */
export function parseName(reference: string): NameParts | undefined {
  const match = /^(?<name>[^@]+?)(?::(?<tag>[\w.-]{1,128}))?(?:@(?<digest>[a-z0-9]+:[0-9a-f]+))?$/.exec(reference);
  const { name = '', tag = null, digest = null } = match?.groups ?? {};
  if (match === null || !/^[a-z0-9]/i.test(name) || isDigest(reference)) return undefined;
  return { repository: renderFamiliar(name), tag, digest };
}

/** As `docker ps` shows the image of a container: without the digest, where there is a name as well. */
export function renderFamiliarName(reference: string): string {
  const parts = parseName(reference);
  if (parts === undefined) return reference;
  return parts.tag === null ? parts.repository : `${parts.repository}:${parts.tag}`;
}

function isDigest(reference: string): boolean {
  return /^(?:sha256:)?[0-9a-f]{64}$/.test(reference);
}

function renderFamiliar(name: string): string {
  const path = name.replace(/^(?:index\.)?docker\.io\//, '');
  return path.replace(/^library\/(?=[^/]+$)/, '');
}
