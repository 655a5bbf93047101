import { parseImageName, parsePlace } from './image-name.ts';

/** Which images apps may be made from. */
export interface ImagePolicy {
  /** `open`: all. `approval`: those that an administrator approved. `deny`: none but what `allow` names. */
  readonly mode: 'open' | 'approval' | 'deny';
  /** Patterns of images that need no approval; see `isImagePattern`. */
  readonly allow: readonly string[];
}

export const openImagePolicy: ImagePolicy = { mode: 'open', allow: [] };

/** True when the policy lets everybody use this reference without asking. */
export function isAllowedImage(policy: ImagePolicy, reference: string): boolean {
  return policy.mode === 'open' || policy.allow.some((pattern) => matchesImage(pattern, reference));
}

/** `*` stands for any text without `/`, `**` for any text: `registry.example.org/team/*`, `registry.example.org/**`, `nginx:1.*`. */
export function isImagePattern(pattern: string): boolean {
  return /^[a-zA-Z0-9*][a-zA-Z0-9*._:/-]*(?:@sha256:[0-9a-f]{64})?$/.test(pattern) && !pattern.includes('***');
}

/** A pattern without a tag takes every tag and digest; one with a tag takes no digest, which says nothing of tags. */
export function matchesImage(pattern: string, reference: string): boolean {
  const [named = '', digest] = pattern.split('@');
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const name = parseImageName(reference);
  if (digest !== undefined && name.digest !== digest) return false;
  if (hasTag && digest === undefined && !(name.tag !== null && matchesText(named.slice(colon + 1), name.tag)))
    return false;
  return matchesText(qualify(hasTag ? named.slice(0, colon) : named), `${name.registry}/${name.repository}`);
}

/** What engines add to a name is meant in a pattern too, unless it begins with what stands for any registry. */
function qualify(path: string): string {
  if (path.startsWith('**')) return path;
  const { registry, repository } = parsePlace(path);
  return `${registry}/${repository}`;
}

function matchesText(pattern: string, text: string): boolean {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.\\+?^${}()|[\]]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`).test(text);
}
