import type { Passage, Renaming } from './passage.ts';

type Way = Pick<Passage, 'prefix' | 'base' | 'host'> & { readonly renames?: Renaming | undefined };

const ABSOLUTE = /^((?:https?:)?\/\/)([^/?#]*)([^]*)$/i;
const COOKIE_PATH = /(;[ \t]*path[ \t]*=[ \t]*)(\/[^;]*)/gi;

/** `Location` or `Content-Location` as the visitor has to see it: `/x` of an app below `/prefix` becomes `/prefix/x`. */
export function rewriteLocation(value: string, way: Way, visitorHost: string): string {
  const absolute = ABSOLUTE.exec(value);
  if (absolute !== null) return rewriteAbsolute(absolute, way, visitorHost);
  return value.startsWith('/') ? moveWhole(value, way) : value;
}

function rewriteAbsolute([value, ...parts]: RegExpExecArray, way: Way, visitorHost: string): string {
  const [scheme = '', authority = '', rest = ''] = parts;
  const path = moveWhole(startWithSlash(rest), way);
  if (way.renames !== undefined && isSame(authority, way.renames.authority))
    return nameScheme(scheme, way.renames) + (way.renames.host ? visitorHost + path : authority + rest);
  if (isSame(authority, visitorHost)) return scheme + authority + path;
  return isSame(authority, way.host) && !path.startsWith('//') ? path : value;
}

function startWithSlash(rest: string): string {
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function nameScheme(said: string, { scheme }: Renaming): string {
  return scheme === undefined ? said : `${scheme}://`;
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
  const moved = end === -1 ? movePath(target, way) : movePath(target.slice(0, end), way) + target.slice(end);
  // Two slashes would begin another host's address.
  return moved.startsWith('//') ? target : moved;
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
