import { type Refusal, refusalTable, statusOf } from './refusal.ts';

/** A whole answer of the edge's own. */
export interface Page {
  readonly status: number;
  /** Name, value, name, value … */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** The connection may go on after these; after any other the rest of the request is not read. */
const HARMLESS: ReadonlySet<number> = new Set([301, 302, 307, 308, 403, 404, 429, 502, 503, 504]);

/** HTML for browsers, a problem document (RFC 9457) for programs. */
export function renderPage(refusal: Refusal, accept: string | undefined): Page {
  const status = statusOf(refusal);
  const isBrowser = accept?.includes('text/html') ?? false;
  const body = Buffer.from(isBrowser ? renderHtml(refusal, status) : renderProblem(refusal, status));
  const type = isBrowser ? 'text/html; charset=utf-8' : 'application/problem+json';
  const headers = ['Content-Type', type, 'Content-Length', String(body.length), 'Cache-Control', 'no-store'];
  return { status, headers: [...headers, ...(refusal.headers ?? []), ...usualHeaders(status)], body };
}

function usualHeaders(status: number): readonly string[] {
  if (status === 503) return ['Retry-After', '2'];
  const allow = status === 405 ? ['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'] : [];
  return HARMLESS.has(status) ? allow : [...allow, 'Connection', 'close'];
}

function renderProblem({ code, detail }: Refusal, status: number): string {
  const { title } = refusalTable[code];
  return `${JSON.stringify({ type: `urn:berth:edge:${code}`, title, status, detail })}\n`;
}

function renderHtml({ code, detail }: Refusal, status: number): string {
  const { title } = refusalTable[code];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>body { font: 1.1rem/1.5 system-ui, sans-serif; margin: 20vh auto; max-width: 36rem; padding: 0 1rem }</style>
<h1>${title}</h1>
<p>${escapeHtml(detail)}</p>
<p><small>${status} · Berth</small></p>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
