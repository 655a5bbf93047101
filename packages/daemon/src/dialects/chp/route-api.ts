import { timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import { Problem } from '@berth/spec/problem';
import type { ApiCounts } from './api-counts.ts';
import type { ChpLog } from './chp-log.ts';
import { type PostedRoute, type RouteBoard, RouteRefusal } from './route-board.ts';
import { parseRoutePath } from './route-path.ts';

const BASE = /^\/api\/routes(?:\/(.*))?$/;
const LONGEST_BODY_BYTES = 1_048_576;

export interface RouteApiParts {
  readonly board: RouteBoard;
  /** Empty: whoever reaches the API may use it. */
  readonly token: string;
  readonly log: ChpLog;
  readonly counts: ApiCounts;
}

interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
}

interface Call {
  /** What follows `/api/routes/`, escaped. */
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
}

type Verb = (board: RouteBoard, path: string, call: Call) => Promise<Answer>;

const verbs: Readonly<Record<string, Verb>> = { GET: getRoutes, POST: postRoute, DELETE: deleteRoute };

/** `GET|POST|DELETE /api/routes[/<path>]` with the answers of configurable-http-proxy 5. */
export function createRouteApi(parts: RouteApiParts): RequestListener {
  return (request, response) => {
    serve(parts, request, response).catch(() => request.destroy());
  };
}

async function serve(parts: RouteApiParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const found = await answer(parts, request).catch(explain);
  send(response, found);
  parts.counts.answered(found.status);
  const level = found.status < 400 ? 'info' : found.status < 500 ? 'warn' : 'error';
  const path = request.url?.split('?')[0] ?? '';
  parts.log(level, `${found.status} ${request.method ?? ''} ${path} ${found.text ?? ''}`);
}

async function answer({ board, token, counts }: RouteApiParts, request: IncomingMessage): Promise<Answer> {
  const call = readCall(request);
  if (call === undefined) return { status: 404, text: 'Not Found' };
  const verb = verbs[request.method ?? ''];
  if (verb === undefined) return { status: 405, text: 'Method not supported' };
  if (token !== '' && !isToken(request.headers.authorization, token)) return { status: 403 };
  const path = parseRoutePath(call.rest);
  if (path === undefined) return { status: 400, text: 'The path is not escaped as UTF-8' };
  counts.called(request.method);
  return verb(board, path, call);
}

function readCall(request: IncomingMessage): Call | undefined {
  const whole = `http://berth${request.url ?? ''}`;
  if (request.url?.startsWith('/') !== true || !URL.canParse(whole)) return undefined;
  const { pathname, searchParams } = new URL(whole);
  const found = BASE.exec(pathname);
  return found === null ? undefined : { rest: found[1] ?? '', query: searchParams, request };
}

/** Compared by digest, so that time says nothing about where they differ. */
function isToken(authorization: string | undefined, token: string): boolean {
  const [, given] = /^token\s+(.+)$/.exec(authorization ?? '') ?? [];
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

async function getRoutes(board: RouteBoard, path: string, { query }: Call): Promise<Answer> {
  if (path === '/') return listRoutes(board, query.get('inactive_since') ?? query.get('inactiveSince') ?? '');
  const found = await board.find(path);
  return found === undefined ? { status: 404 } : { status: 200, json: found };
}

async function listRoutes(board: RouteBoard, inactiveSince: string): Promise<Answer> {
  if (inactiveSince === '') return { status: 200, json: await board.list() };
  const sinceMs = Date.parse(inactiveSince);
  if (Number.isNaN(sinceMs)) return { status: 400, text: `Invalid datestamp '${inactiveSince}' must be ISO8601.` };
  return { status: 200, json: await board.list(sinceMs) };
}

async function postRoute(board: RouteBoard, path: string, { request }: Call): Promise<Answer> {
  const body = await readBody(request);
  if (body === undefined) return { status: 413, text: 'The body is too long' };
  const parsed = parseJson(body);
  if (typeof parsed === 'string') return { status: 400, text: `Body not valid JSON: ${parsed}` };
  if (!isPostedRoute(parsed.value)) return { status: 400, text: "Must specify 'target' as string" };
  await board.put(path, parsed.value);
  return { status: 201 };
}

async function deleteRoute(board: RouteBoard, path: string): Promise<Answer> {
  return { status: (await board.remove(path)) ? 204 : 404 };
}

/** Undefined when it is longer than any route. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > LONGEST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** A text is why it is no JSON. */
function parseJson(text: string): { readonly value: unknown } | string {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return String(error);
  }
}

function isPostedRoute(value: unknown): value is PostedRoute {
  return typeof value === 'object' && value !== null && typeof (value as { target?: unknown }).target === 'string';
}

function explain(error: unknown): Answer {
  if (error instanceof RouteRefusal) return { status: error.status, text: error.message };
  if (error instanceof Problem && error.retryable) return { status: 503, text: error.message };
  return { status: 500, text: STATUS_CODES[500] ?? '' };
}

function send(response: ServerResponse, { status, json, text = '' }: Answer): void {
  const isText = json === undefined && text !== '';
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json';
  const body = json === undefined ? text : JSON.stringify(json);
  const headers = body === '' ? {} : { 'Content-Type': type, 'X-Content-Type-Options': 'nosniff' };
  const length = status === 204 ? {} : { 'Content-Length': Buffer.byteLength(body) };
  // A body that nobody read would be taken for the next request.
  const end = status === 413 ? { Connection: 'close' } : {};
  response.writeHead(status, { ...headers, ...length, ...end }).end(body);
}
