import type { EngineImage } from '../../ports/engine.ts';
import { parseInstant, parsePort } from './container-json.ts';

/** What Berth reads of `GET /images/{name}/json`. */
export interface ImageJson {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Size: number;
  readonly Created?: string;
  readonly Config?: {
    readonly ExposedPorts?: Readonly<Record<string, unknown>> | null;
    readonly Labels?: Readonly<Record<string, string>> | null;
  } | null;
}

/** Docker's JSON in Berth's words. */
export function parseImage(json: ImageJson): EngineImage {
  return {
    id: json.Id,
    references: (json.RepoTags ?? []).filter(isNamed),
    digests: (json.RepoDigests ?? []).filter(isNamed),
    sizeBytes: json.Size,
    createdAt: parseInstant(json.Created) ?? 0,
    exposedPorts: Object.keys(json.Config?.ExposedPorts ?? {}).map(parsePort),
    labels: json.Config?.Labels ?? {},
  };
}

/** Older engines call what has no name `<none>`. */
function isNamed(reference: string): boolean {
  return !reference.startsWith('<none>');
}
