import type { IncomingMessage } from 'node:http';
import { listValues, type RawHeaders } from './raw-headers.ts';
import type { Refusal, RefusalCode } from './refusal.ts';

/** What routing looks at, out of a request that means one thing only. */
export interface Admitted {
  /** Lower case, without port and trailing dot. */
  readonly host: string;
  /** As sent, with the query. */
  readonly target: string;
  /** As sent, without the query: nothing is decoded, so what is routed is what the app gets. */
  readonly path: string;
}

type Head = Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'rawHeaders'>;

/** DNS names and addresses only: no user, no list, no percent signs. */
const HOST = /^(?<name>[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9_])?|\[[0-9a-f:.]+\])\.?(?::\d{1,5})?$/i;
/** Visible bytes, and those above ASCII that some clients send unescaped; no fragment. */
const TARGET = /^\/[\x21\x22\x24-\x7e\x80-\xff]*$/;

/** Refuses, never repairs, what two readers could understand in two ways (RFC 9112). */
export function admit(head: Head): Admitted | Refusal {
  const refusal = refuseVersion(head) ?? refuseMethod(head) ?? refuseFraming(head);
  if (refusal !== undefined) return refusal;
  const [host = '', second] = listValues(head.rawHeaders, 'host');
  const name = HOST.exec(host)?.groups?.['name'];
  if (name === undefined || second !== undefined) return malformed('The request needs exactly one valid Host header.');
  return admitTarget(name.toLowerCase(), stripAuthority(head.url ?? '', host));
}

function admitTarget(host: string, target: string): Admitted | Refusal {
  if (!TARGET.test(target)) return malformed('The target of the request is not a path.');
  return { host, target, path: stripQuery(target) };
}

function stripQuery(target: string): string {
  const at = target.indexOf('?');
  return at === -1 ? target : target.slice(0, at);
}

/** The absolute form must be understood (RFC 9112, 3.2.2); it is when it says what the Host header says. */
function stripAuthority(target: string, host: string): string {
  const prefix = `http://${host}`;
  if (target.startsWith('/') || !target.startsWith(prefix)) return target;
  const rest = target.slice(prefix.length);
  return rest === '' || rest.startsWith('?') ? `/${rest}` : rest;
}

function refuseVersion({ httpVersion }: Head): Refusal | undefined {
  if (httpVersion === '1.1' || httpVersion === '1.0') return undefined;
  return refuse('version-unknown', 'HTTP/1.1 and HTTP/1.0 are understood here.');
}

function refuseMethod({ method }: Head): Refusal | undefined {
  if (method !== 'TRACE' && method !== 'CONNECT') return undefined;
  return refuse('method-refused', 'TRACE and CONNECT are not passed on to apps.');
}

function refuseFraming({ rawHeaders, httpVersion }: Head): Refusal | undefined {
  const codings = listValues(rawHeaders, 'transfer-encoding');
  const lengths = listValues(rawHeaders, 'content-length');
  if (codings.length > 0) return refuseCodings(codings, lengths.length > 0 || httpVersion === '1.0');
  const isClear = lengths.length === 0 || (lengths.length === 1 && /^\d{1,15}$/.test(lengths[0] ?? ''));
  return isClear ? undefined : malformed('The length of the request is not clear.');
}

function refuseCodings(codings: RawHeaders, isContradicted: boolean): Refusal | undefined {
  if (isContradicted || codings.length > 1) return malformed('The length of the request is not clear.');
  if (codings[0]?.toLowerCase() === 'chunked') return undefined;
  return refuse('transfer-coding-unknown', 'The only transfer coding understood here is chunked.');
}

function malformed(detail: string): Refusal {
  return refuse('malformed-request', detail);
}

function refuse(code: RefusalCode, detail: string): Refusal {
  return { code, detail };
}
