/** A reference taken apart; the tag is `latest` unless said. */
export interface ImageReference {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string | undefined;
  /** Of the registry, when the reference names one. */
  readonly host: string | undefined;
}

export function parseReference(reference: string): ImageReference {
  const [name = '', digest] = reference.split('@');
  const colon = name.lastIndexOf(':');
  const hasTag = colon > name.lastIndexOf('/');
  const repository = hasTag ? name.slice(0, colon) : name;
  const [first = ''] = repository.split('/');
  const host = repository.includes('/') && /[.:]|^localhost$/.test(first) ? first : undefined;
  return { repository, tag: hasTag ? name.slice(colon + 1) : 'latest', digest, host };
}
