import { usageFailure } from '../failure.ts';

/** Where a daemon listens when nobody has said anything else. */
export const defaultUrl = 'http://127.0.0.1:7070';

/** The address of a daemon without a slash at the end; a bare `host:port` means http. */
export function parseBaseUrl(text: string, source: string): string {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === null || !isWeb || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw usageFailure(`${source} must be the address of a Berth daemon such as ${defaultUrl}, not "${text}"`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** True when the daemon runs on this machine, where its token lies in a file. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
