import { parseName } from './familiar-name.ts';
import { renderAgo, renderTime } from './human-duration.ts';
import { renderSize } from './human-size.ts';
import { shortenId } from './shorten.ts';

/** A line of `docker image ls --format '{{json .}}'`. */
export interface DockerImageLine {
  readonly Containers: string;
  readonly CreatedAt: string;
  readonly CreatedSince: string;
  readonly Digest: string;
  readonly ID: string;
  readonly Repository: string;
  readonly SharedSize: string;
  readonly Size: string;
  readonly Tag: string;
  readonly UniqueSize: string;
  readonly VirtualSize: string;
}

/** What lines are told from. Any `EngineImage` is one. Times are epoch milliseconds. */
export interface ShownImage {
  readonly id: string;
  readonly references: readonly string[];
  readonly digests: readonly string[];
  readonly sizeBytes: number;
  readonly createdAt: number;
}

const none = '<none>';

/** One line for each tag of an image; one for each repository of which only a digest is known; one where it has no name. */
export function renderImageLines(image: ShownImage, nowMs: number): DockerImageLine[] {
  return listNames(image).map((name) => renderLine(image, name, nowMs));
}

type ImageName = Pick<DockerImageLine, 'Repository' | 'Tag' | 'Digest'>;

function listNames({ references, digests }: ShownImage): ImageName[] {
  if (references.length === 0 && digests.length === 0) return [{ Repository: none, Tag: none, Digest: none }];
  const tagged = references.flatMap((reference) => {
    const name = parseName(reference);
    return name === undefined || name.tag === null ? [] : { Repository: name.repository, Tag: name.tag, Digest: none };
  });
  const known = new Set(tagged.map(({ Repository }) => Repository));
  const repositories = new Set(digests.flatMap((digest) => parseName(digest)?.repository ?? []));
  const bare = [...repositories].filter((repository) => !known.has(repository));
  return [...tagged, ...bare.map((Repository) => ({ Repository, Tag: none, Digest: '' }))];
}

function renderLine({ id, sizeBytes, createdAt }: ShownImage, name: ImageName, nowMs: number): DockerImageLine {
  const createdMs = Math.trunc(createdAt / 1000) * 1000;
  return {
    ...name,
    Containers: 'N/A',
    CreatedAt: renderTime(createdMs),
    CreatedSince: renderAgo(createdMs, nowMs),
    ID: shortenId(id),
    SharedSize: 'N/A',
    Size: renderSize(sizeBytes),
    UniqueSize: 'N/A',
    VirtualSize: renderSize(sizeBytes, 4),
  };
}
