import type { EdgeRoute, RouteOptions } from '../../core/route-table.ts';
import type { Refusal } from '../refusal.ts';

type Redirect = NonNullable<RouteOptions['redirect']>;

/** Sends the visitor to where the route's redirect says. `target` is the path and query as they were sent. */
export function redirect(route: EdgeRoute, { to, status, keepPath }: Redirect, target: string): Refusal {
  const location = keepPath ? joinPath(to, behindPrefix(route.pathPrefix, target)) : to;
  return answerElsewhere(location, status);
}

/** Sends the visitor to the same place by https; undefined when nobody said by which name it was reached. */
export function redirectToHttps(
  place: { readonly host: string; readonly target: string },
  request: { readonly isRead: boolean; readonly httpsPort: number },
): Refusal | undefined {
  if (place.host === '') return undefined;
  const port = request.httpsPort === 443 ? '' : `:${request.httpsPort}`;
  const target = place.target.startsWith('/') ? place.target : '/';
  return answerElsewhere(`https://${place.host}${port}${target}`, request.isRead ? 301 : 308);
}

/** From `/a` and `/a?x` to `/a/` and `/a/?x`, where the route wishes that; undefined for what lies below. */
export function redirectToSlash({ pathPrefix, options }: EdgeRoute, target: string): Refusal | undefined {
  const rest = target.slice(pathPrefix.length);
  return options?.slash === true && target.startsWith(pathPrefix) && (rest === '' || rest.startsWith('?'))
    ? answerElsewhere(`${pathPrefix}/${rest}`, 308)
    : undefined;
}

function answerElsewhere(location: string, status: Redirect['status']): Refusal {
  const safe = location.replaceAll(/[^\x21-\x7e]|[\\"<>^`{|}]/g, encodeByte);
  return { code: 'elsewhere', detail: `It is at ${safe} now.`, status, headers: ['Location', safe] };
}

/** Each character stands for the byte that came. */
function encodeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function behindPrefix(prefix: string, target: string): string {
  return prefix === '/' ? target : target.slice(prefix.length);
}

/** Two slashes in front would lead to another host: `//elsewhere.example` (RFC 3986, 4.2). */
function joinPath(to: string, rest: string): string {
  const joined = (rest.startsWith('/') ? to.replace(/\/+$/, '') : to) + rest;
  return to.startsWith('/') ? joined.replace(/^[/\\]+/, '/') : joined;
}
