/** A reference taken apart the way `docker pull` does it. */
export interface ImageReference {
  /** With the registry, when it names one. */
  readonly repository: string;
  /** A tag or `sha256:…`; `latest` unless said, or an engine would pull every tag. */
  readonly tag: string;
}

/** Parses `[registry[:port]/]repository[:tag][@digest]`; the digest wins over the tag. */
export function parseImageReference(reference: string): ImageReference {
  const [name = '', digest] = reference.split('@');
  const colon = name.lastIndexOf(':');
  const hasTag = colon > name.lastIndexOf('/');
  const repository = hasTag ? name.slice(0, colon) : name;
  return { repository, tag: digest ?? (hasTag ? name.slice(colon + 1) : 'latest') };
}
