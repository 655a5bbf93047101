import type { Passage, Renaming } from './passage.ts';

type Way = Pick<Passage, 'prefix' | 'base' | 'host'> & { readonly renames?: Renaming | undefined };

const ABSOLUTE = /^((?:https?:)?\/\/)([^/?#]*)([^]*)$/i;
const COOKIE_PATH = /(;[ \t]*path[ \t]*=[ \t]*)(\/[^;]*)/gi;

/** `Location` or `Content-Location` as the visitor has to see it: `/x` of an app below `/prefix` becomes `/prefix/x`. */
export function rewriteLocation(value: string, way: Way, visitorHost: string): string {
  const absolute = ABSOLUTE.exec(value);
  if (absolute === null) return value.startsWith('/') ? moveWhole(value, way) : value;
  const [, scheme = '', authority = '', rest = ''] = absolute;
  const moved = moveWhole(rest.startsWith('/') ? rest : `/${rest}`, way);
  const { renames } = way;
  if (renames !== undefined && isSame(authority, renames.authority)) {
    const named = renames.scheme === undefined ? scheme : `${renames.scheme}://`;
    return renames.host && visitorHost !== '' ? named + visitorHost + moved : named + authority + rest;
  }
  if (isSame(authority, visitorHost)) return scheme + authority + moved;
  // Two slashes would begin another host's address.
  return isSame(authority, way.host) && !moved.startsWith('//') ? moved : value;
}

/** `Set-Cookie` with each `Path` as the visitor has to see it. */
export function rewriteCookie(value: string, way: Way): string {
  return value.replaceAll(COOKIE_PATH, (_, name: string, path: string) => name + moveCookie(path.trimEnd(), way));
}

/** A cookie of the whole app is for its prefix with and without a slash behind. */
function moveCookie(path: string, way: Way): string {
  const moved = movePath(path, way);
  return moved !== path && moved === `${way.prefix}/` && way.prefix !== '' ? way.prefix : moved;
}

/** With its query and fragment. */
function moveWhole(target: string, way: Way): string {
  const end = target.search(/[?#]/);
  return end === -1 ? movePath(target, way) : movePath(target.slice(0, end), way) + target.slice(end);
}

/** What the visitor has to ask for to get the app's `path`; one that is the visitor's already stays. */
function movePath(path: string, { prefix, base }: Way): string {
  if (base !== '') return covers(base, path) ? prefix + (path.slice(base.length) || '/') : path;
  return covers(prefix, path) ? path : prefix + path;
}

function covers(prefix: string, path: string): boolean {
  return prefix !== '' && (path === prefix || path.startsWith(`${prefix}/`));
}

function isSame(authority: string, host: string | undefined): boolean {
  return authority !== '' && authority.toLowerCase() === host?.toLowerCase();
}
