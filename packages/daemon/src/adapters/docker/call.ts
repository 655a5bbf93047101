import type { Readable } from 'node:stream';
import type { Exchange } from './connection.ts';
import type { Subject } from './refusal.ts';

/** One call of the engine's API. */
export interface EngineCall {
  readonly method: Exchange['method'];
  /** Without the version. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly tar?: Readable;
  readonly subject: Subject;
  /** Completes `The engine "x" could not …`. */
  readonly toDo: string;
  /** Other than the bound of quick calls. */
  readonly silenceMs?: number;
  /** Streams that may be silent for long once they are open. */
  readonly rests?: boolean;
  /** Error statuses that are a good answer to this call, such as a 404 to a removal. */
  readonly accepts?: readonly number[];
  readonly signal?: AbortSignal;
}

/** Whom a call is for. */
export interface Addressee {
  readonly engine: string;
  /** Such as `/v1.41`, or empty. */
  readonly prefix: string;
  readonly silenceMs: number;
}

/** The call as it goes over the wire. */
export function renderExchange(call: EngineCall, to: Addressee): Exchange {
  const body = call.json === undefined ? call.tar : Buffer.from(JSON.stringify(call.json));
  return {
    method: call.method,
    path: `${to.prefix}${call.path}${renderQuery(call.query)}`,
    headers: { host: 'docker', ...renderBodyHeaders(call, body), ...call.headers },
    doing: renderDoing(to.engine, call.toDo),
    silenceMs: call.silenceMs ?? to.silenceMs,
    mayRest: call.rests ?? false,
    ...(body && { body }),
    ...(call.signal && { signal: call.signal }),
  };
}

/** Begins the sentence of a problem. */
export function renderDoing(engine: string, toDo: string): string {
  return `The engine "${engine}" could not ${toDo}`;
}

/** A name as one part of a path; image names keep their slashes. */
export function renderPathPart(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

/** Labels (`name` or `name=value`) as the `filters` parameter. */
export function renderLabelFilter(labels: readonly string[]): string | undefined {
  return labels.length === 0 ? undefined : JSON.stringify({ label: labels });
}

function renderQuery(query: EngineCall['query'] = {}): string {
  const said = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  return said.length === 0 ? '' : `?${new URLSearchParams(said).toString()}`;
}

function renderBodyHeaders({ method }: EngineCall, body: Exchange['body']): Record<string, string> {
  if (Buffer.isBuffer(body)) return { 'content-type': 'application/json', 'content-length': String(body.length) };
  if (body !== undefined) return { 'content-type': 'application/x-tar' };
  return method === 'POST' ? { 'content-length': '0' } : {};
}
