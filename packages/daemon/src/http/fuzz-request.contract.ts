import { type IncomingHttpHeaders, request } from 'node:http';
import fc from 'fast-check';
import { arbitraryText, arbitraryValue } from './fuzz-value.contract.ts';
import type { OpenApiDocument, OperationObject } from './openapi/openapi-document.ts';

/** One request as bytes would have it. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Null for a stream, which is cut at its head. */
  readonly body: string | null;
}

export interface FuzzTarget {
  readonly document: OpenApiDocument;
  readonly path: string;
  readonly method: string;
  readonly operation: OperationObject;
  readonly token: string;
}

/** Requests for one operation of the document: right, nearly right, and wrong in every part. */
export function arbitraryRequest(target: FuzzTarget): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(requestOf({ ...target, isOdd: false }), requestOf({ ...target, isOdd: true }));
}

type Plan = FuzzTarget & { readonly isOdd: boolean };

function requestOf(target: Plan): fc.Arbitrary<FuzzRequest> {
  const parts = fc.record({
    path: arbitraryPath(target),
    query: arbitraryQuery(target),
    headers: arbitraryHeaders(target),
    body: arbitraryBody(target),
  });
  return parts.map(({ path, query, headers, body }) => ({
    method: target.method.toUpperCase(),
    path: path + query,
    headers: { ...headers, ...body.headers },
    body: body.text,
  }));
}

const names = fc.constantFrom('app-1', 'app-1', 'app-2', 'gone', 'local');

function arbitraryPath(plan: Plan): fc.Arbitrary<string> {
  const { path, operation } = plan;
  const parameters = operation.parameters.filter((parameter) => parameter.in === 'path');
  const values = parameters.map(({ name, schema }) => {
    const odd = arbitraryText(plan, schema)
      .filter((text) => text !== '')
      .map(encodePart);
    const part = plan.isOdd
      ? fc.oneof(names, odd, fc.constantFrom('%', '%zz', '%c3%28', 'a%00'))
      : fc.oneof(names, names, odd);
    return part.map((value) => [`{${name}}`, value] as const);
  });
  return fc
    .tuple(...values)
    .map((pairs) => pairs.reduce((whole, [hole, value]) => whole.replace(hole, () => value), path));
}

function arbitraryQuery(plan: Plan): fc.Arbitrary<string> {
  const parameters = plan.operation.parameters.filter((parameter) => parameter.in === 'query');
  const pairs = parameters.map(({ name, schema, required }) => {
    const pair = arbitraryText(plan, schema).map((value) => `${name}=${encodePart(value)}`);
    if (required) return plan.isOdd ? fc.oneof(pair, fc.constant('')) : pair;
    return fc.oneof(pair, fc.constant(''), fc.constant(''));
  });
  const strange = fc.constantFrom(
    '',
    '',
    'x=1',
    '%=%',
    'wait=1e9',
    '&&=',
    '__proto__=1',
    'limit=1&limit=2',
    'dryRun=yes',
  );
  const odd = plan.isOdd ? strange : fc.constant('');
  return fc.tuple(...pairs, odd).map((all) => {
    const text = all.filter((pair) => pair !== '').join('&');
    return text === '' ? '' : `?${text}`;
  });
}

const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

function arbitraryHeaders(plan: Plan): fc.Arbitrary<Record<string, string>> {
  const usual = plainHeaders(plan);
  if (plan.operation.responses['101'] === undefined) return usual;
  return fc.tuple(usual, fc.boolean()).map(([headers, isSocket]) => ({ ...headers, ...(isSocket ? upgrade : {}) }));
}

function plainHeaders({ token, isOdd }: Plan): fc.Arbitrary<Record<string, string>> {
  const rightly = fc.constant(`Bearer ${token}`);
  const usual = fc.record({
    authorization: rightly,
    accept: fc.constantFrom('*/*', 'application/json', 'text/event-stream', 'text/html'),
  });
  if (!isOdd) return usual;
  const wrongly = fc.constantFrom('', 'Bearer', 'Bearer x', 'Basic YTpi', `bearer  ${token}`, 'Bearer berth_x_y');
  return fc.record(
    {
      authorization: fc.oneof({ weight: 9, arbitrary: rightly }, { weight: 1, arbitrary: wrongly }),
      accept: fc.constantFrom('*/*', 'application/json', 'text/event-stream', 'text/html', ';;,', 'text/plain;q=x'),
      'if-match': fc.constantFrom('"1"', '*', '"999"', '1', '""', 'W/"1"', '"1", "2"'),
      'if-none-match': fc.constantFrom('*', '"1"', 'x'),
      'idempotency-key': fc.constantFrom('a', 'b', '', 'x y', 'k'.repeat(300)),
      'last-event-id': fc.constantFrom('0', '1', '-1', 'x', '999999999999999999999'),
      'sec-websocket-protocol': fc.constantFrom('berth.exec', 'bearer.x'),
    },
    { requiredKeys: ['authorization'] },
  );
}

interface FuzzBody {
  readonly text: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

const tarHeaders = { 'content-type': 'application/x-tar' };
const emptyTar: FuzzBody = { text: '\0'.repeat(1024), headers: tarHeaders };
const bytes: FuzzBody = { text: 'some bytes', headers: { 'content-type': 'application/octet-stream' } };
const noTar: FuzzBody = { text: 'not a tar', headers: tarHeaders };

function arbitraryBody(plan: Plan): fc.Arbitrary<FuzzBody> {
  const { operation, method, isOdd } = plan;
  const none: FuzzBody = { text: undefined, headers: {} };
  if (method === 'get') return fc.constant(none);
  const schema = operation.requestBody?.content['application/json']?.schema;
  const value = schema === undefined ? fc.constant({}) : arbitraryValue(plan, schema);
  const json = value.map(
    (one): FuzzBody => ({ text: JSON.stringify(one), headers: { 'content-type': 'application/json' } }),
  );
  if (operation.requestBody?.content['application/x-tar'] !== undefined)
    return fc.oneof(fc.constant(emptyTar), fc.constant(noTar), fc.constant(none));
  if (operation.requestBody?.content['application/octet-stream'] !== undefined)
    return fc.oneof(fc.constant(bytes), fc.constant({ ...bytes, text: '' }), fc.constant(noTar), fc.constant(none));
  if (!isOdd) return json;
  const odd = fc.constantFrom<FuzzBody>(
    none,
    { text: '{', headers: { 'content-type': 'application/json' } },
    { text: '', headers: { 'content-type': 'application/json' } },
    { text: 'null', headers: { 'content-type': 'application/json' } },
    { text: '{"__proto__":{"x":1}}', headers: { 'content-type': 'application/json' } },
    { text: '[', headers: { 'content-type': 'application/merge-patch+json' } },
    { text: '['.repeat(20_000), headers: { 'content-type': 'application/json' } },
    { text: `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, headers: { 'content-type': 'application/json' } },
    { text: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    { text: 'x', headers: { 'content-type': 'text/plain' } },
    noTar,
    { text: '{}', headers: { 'content-type': 'nonsense' } },
    { text: `"${'x'.repeat(1_100_000)}"`, headers: { 'content-type': 'application/json' } },
  );
  return fc.oneof({ weight: 5, arbitrary: json }, { weight: 2, arbitrary: odd });
}

function encodePart(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Sends it over a real socket, and gives up after the deadline. */
export function sendFuzz(
  port: number,
  { method, path, headers, body }: FuzzRequest,
  deadlineMs: number,
): Promise<FuzzAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<FuzzAnswer>();
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const sent = request(
    {
      port,
      host: '127.0.0.1',
      method,
      path,
      headers: { ...headers, ...length },
      signal: AbortSignal.timeout(deadlineMs),
      agent: false,
    },
    (answer) => {
      const finish = (text: string | null): void =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text });
      if (/event-stream|ndjson|text\/plain|x-tar/.test(String(answer.headers['content-type']))) {
        finish(null);
        sent.destroy();
        return;
      }
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => finish(Buffer.concat(chunks).toString()));
    },
  );
  sent.on('upgrade', (answer, socket) => {
    socket.destroy();
    resolve({ status: 101, headers: answer.headers, body: null });
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}
