/** An HTTP/2 request's head as HTTP/1.1 says it, to be read by the same strict parser as any other. */
export interface RenderedRequest {
  readonly head: Buffer;
  readonly isWebSocket: boolean;
  /** The visitor takes trailers behind an answer's body. */
  readonly takesTrailers: boolean;
}

export interface RequestShape {
  /** The stream goes on behind the head. */
  readonly isOpen: boolean;
  /** For a WebSocket: what HTTP/2 does not have, and the app needs. */
  readonly webSocketKey: string;
}

/** Of a connection of HTTP/1 (RFC 9113, 8.2.2). */
const FORBIDDEN = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);
const PSEUDO = new Set([':authority', ':method', ':path', ':protocol', ':scheme']);
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
// eslint-disable-next-line no-control-regex
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** What stands in a request line: no space, no control byte. */
const WORD = /^[\x21-\x7e\x80-\xff]+$/;
const SCHEME = /^https?$/;

interface Parts {
  readonly pseudo: ReadonlyMap<string, string>;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** `raw` is name, value, name, value … Undefined when the request is malformed (RFC 9113, 8.1.1). */
export function renderRequest(raw: readonly string[], shape: RequestShape): RenderedRequest | undefined {
  const parts = readParts(raw);
  if (parts === undefined) return undefined;
  const { pseudo, fields } = parts;
  const isWebSocket = pseudo.get(':protocol') === 'websocket' && pseudo.get(':method') === 'CONNECT';
  const line = renderLine(pseudo, isWebSocket);
  const host = findHost(parts);
  if (line === undefined || host === undefined) return undefined;
  const framing = isWebSocket ? renderUpgrade(shape.webSocketKey) : renderFraming(parts, shape);
  const lines = fields.flatMap(([name, value]) => (isKept(name, isWebSocket) ? [`${name}: ${value}`] : []));
  const text = [line, `host: ${host}`, ...lines, ...renderCookies(parts), ...framing, '', ''].join('\r\n');
  return {
    head: Buffer.from(text, 'latin1'),
    isWebSocket,
    takesTrailers: fields.some(([name, value]) => name === 'te' && value === 'trailers'),
  };
}

function readParts(raw: readonly string[]): Parts | undefined {
  const pseudo = new Map<string, string>();
  const fields: [string, string][] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const [name = '', value = ''] = [raw[at], raw[at + 1]];
    if (!name.startsWith(':')) fields.push([name, value]);
    else if (!PSEUDO.has(name) || pseudo.has(name) || fields.length > 0) return undefined;
    else pseudo.set(name, value);
  }
  return fields.every(isAllowed) ? { pseudo, fields } : undefined;
}

function isAllowed([name, value]: readonly [string, string]): boolean {
  if (!NAME.test(name) || !VALUE.test(value) || FORBIDDEN.has(name)) return false;
  return name !== 'te' || value === 'trailers';
}

/** Any other CONNECT goes on as one: the parser knows what to say to it. */
function renderLine(pseudo: Parts['pseudo'], isWebSocket: boolean): string | undefined {
  const word = (name: string): string => pseudo.get(name) ?? '';
  const method = word(':method');
  if (method === 'CONNECT' && !pseudo.has(':protocol')) return 'CONNECT / HTTP/1.1';
  const isPlain = isWebSocket || !pseudo.has(':protocol');
  const isLine = isPlain && WORD.test(method) && WORD.test(word(':path')) && SCHEME.test(word(':scheme'));
  return isLine ? `${isWebSocket ? 'GET' : method} ${word(':path')} HTTP/1.1` : undefined;
}

/** Undefined when there is none, or two that differ. */
function findHost({ pseudo, fields }: Parts): string | undefined {
  const said = fields.filter(([name]) => name === 'host').map(([, value]) => value);
  const hosts = [...new Set([pseudo.get(':authority') ?? said[0], ...said].map((host) => host?.toLowerCase()))];
  const host = pseudo.get(':authority') ?? said[0];
  return hosts.length === 1 && said.length < 2 && host !== undefined && WORD.test(host) ? host : undefined;
}

function isKept(name: string, isWebSocket: boolean): boolean {
  if (name === 'host' || name === 'cookie') return false;
  return !isWebSocket || (name !== 'sec-websocket-key' && name !== 'content-length');
}

/** Crumbs make one cookie (RFC 9113, 8.2.3). */
function renderCookies({ fields }: Parts): readonly string[] {
  const crumbs = fields.filter(([name]) => name === 'cookie').map(([, value]) => value);
  return crumbs.length === 0 ? [] : [`cookie: ${crumbs.join('; ')}`];
}

function renderFraming({ fields }: Parts, { isOpen }: RequestShape): readonly string[] {
  return isOpen && !fields.some(([name]) => name === 'content-length') ? ['transfer-encoding: chunked'] : [];
}

function renderUpgrade(webSocketKey: string): readonly string[] {
  return ['connection: Upgrade', 'upgrade: websocket', `sec-websocket-key: ${webSocketKey}`];
}
