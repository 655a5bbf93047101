import type { EdgeTarget } from '../../core/route-table.ts';

/** How targets are spoken to by TLS, the same for all. Files are absolute paths. */
export interface TargetTls {
  /** Their certificates are not checked. */
  readonly isTrusted: boolean;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

const SCHEME = /^(unix\+)?(?:http|ws)(s)?:$/;

/** Reads `http://host:port/base`, `https://…` or `unix+http://%2Frun%2Fapp.sock/base`. Undefined for anything else. */
export function parseTarget(target: string, tls: TargetTls): EdgeTarget | undefined {
  if (!URL.canParse(target)) return undefined;
  const url = new URL(target);
  const [isHttp, isUnix, isSecure] = SCHEME.exec(url.protocol) ?? [];
  const place = isHttp === undefined ? undefined : isUnix === undefined ? findHost(url) : findSocket(url);
  if (place === undefined) return undefined;
  const port = url.port === '' ? (isSecure === undefined ? 80 : 443) : Number(url.port);
  const pathBase = url.pathname.replace(/\/+$/, '');
  return {
    instance: target,
    ...place,
    port,
    ...(isSecure === undefined ? {} : { tls }),
    ...(pathBase === '' ? {} : { pathBase }),
  };
}

function findHost({ hostname }: URL): { host: string } | undefined {
  return hostname === '' ? undefined : { host: hostname.replace(/^\[|\]$/g, '') };
}

function findSocket({ hostname }: URL): { host: string; socketPath: string } | undefined {
  try {
    const socketPath = decodeURIComponent(hostname);
    return socketPath.startsWith('/') ? { host: 'localhost', socketPath } : undefined;
  } catch {
    return undefined;
  }
}
