import { domainToASCII } from 'node:url';
import type { RouteKey } from '../../core/route-table.ts';

const HOST = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?$|^\[[0-9a-f:.]+\]$/;

/**
 * The API's name of a route, `/user/zoe`: what follows `/api/routes/`, unescaped, without a slash at its end. Undefined
 * when the escaping is none.
 */
export function parseRoutePath(encoded: string): string | undefined {
  try {
    const path = `/${decodeURIComponent(encoded)}`;
    return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  } catch {
    return undefined;
  }
}

/** The path in host routing, where `/Hub.example.org/user` is a host first. Undefined when that is no host. */
export function parseHostPath(path: string): string | undefined {
  if (path === '/') return path;
  const { host, rest } = splitHost(path);
  const ascii = domainToASCII(host.toLowerCase().replace(/^\*\./, ''));
  const name = host.startsWith('*.') ? `*.${ascii}` : ascii;
  return HOST.test(name) ? `/${name}${rest}` : undefined;
}

/** Where the edge finds the path: once for each way in which visitors may write it. */
export function listPlaces(host: string, path: string): readonly RouteKey[] {
  return listPrefixes(path).map((pathPrefix) => ({ host, pathPrefix }));
}

/** What of a path in host routing is the path of visitors. */
export function pathOf(path: string): string {
  const { rest } = splitHost(path);
  return path === '/' || rest === '' ? '/' : rest;
}

/** The host of a path in host routing; undefined for the route of all hosts. */
export function hostOf(path: string): string | undefined {
  return path === '/' ? undefined : splitHost(path).host;
}

function splitHost(path: string): { readonly host: string; readonly rest: string } {
  const slash = path.indexOf('/', 1);
  return slash < 0 ? { host: path.slice(1), rest: '' } : { host: path.slice(1, slash), rest: path.slice(slash) };
}

/**
 * The edge compares paths as they were sent. Letters and digits have one form; what RFC 3986 section 3.3 allows both bare
 * and escaped comes as browsers write it, as JupyterHub does (`@` and `~` bare), as JavaScript does, or escaped.
 */
function listPrefixes(path: string): readonly string[] {
  const escaped = encodeURIComponent(path).replaceAll('%2F', '/').replaceAll("'", '%27');
  const bare = escaped.replaceAll(/%(?:21|24|26|27|28|29|2A|2B|2C|3A|3B|3D|40)/g, decodeURIComponent);
  const strict = escaped.replaceAll(/[!*()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return [...new Set([bare, strict.replaceAll('%40', '@'), escaped.replaceAll('%27', "'"), strict])];
}
