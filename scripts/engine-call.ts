import { type RequestOptions, request } from 'node:http';

export interface EngineAnswer {
  readonly status: number;
  readonly text: string;
}

export interface CallOptions {
  /** Sent as the body. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: readonly Uint8Array[];
  readonly headers?: Readonly<Record<string, string>>;
  /** For the whole exchange. */
  readonly timeoutMs?: number;
}

/**
 * One request to a Docker engine, for set-up and tests: the product has its own client. Answers whatever status the
 * engine gave; rejects when it cannot be reached. The address is a socket's path, `unix://…` or `tcp://host:port`;
 * the line is as in `GET /_ping`.
 */
export function callEngine(address: string, line: string, options: CallOptions = {}): Promise<EngineAnswer> {
  const { json, body = [], timeoutMs } = options;
  const chunks = json === undefined ? body : [Buffer.from(JSON.stringify(json))];
  const signal = timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) };
  const headers = { ...renderHeaders(chunks, json !== undefined), ...options.headers };
  const [method, path] = line.split(' ');
  return exchange({ ...parseAddress(address), method, path, headers, ...signal, agent: false }, chunks);
}

/** The parsed answer; rejects with the engine's own words when it refused. */
export async function askEngine<Answer>(address: string, line: string, options?: CallOptions): Promise<Answer> {
  const { status, text } = await callEngine(address, line, options);
  if (status >= 400) throw new Error(`The engine refused ${line} with ${status}: ${text.trim()}`);
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

/** Whether an engine listens at the address and is well. */
export async function isAnswering(address: string): Promise<boolean> {
  try {
    return (await callEngine(address, 'GET /_ping', { timeoutMs: 5_000 })).status === 200;
  } catch {
    return false;
  }
}

function renderHeaders(chunks: readonly Uint8Array[], isJson: boolean): Record<string, string> {
  const length = chunks.reduce((total, { byteLength }) => total + byteLength, 0);
  const type = isJson ? { 'content-type': 'application/json' } : {};
  return { host: 'docker', 'content-length': String(length), ...type };
}

function exchange(options: RequestOptions, chunks: readonly Uint8Array[]): Promise<EngineAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(options, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
    });
    call.on('error', reject);
    for (const chunk of chunks) call.write(chunk);
    call.end();
  });
}

function parseAddress(address: string): RequestOptions {
  if (!address.startsWith('tcp://')) return { socketPath: address.replace(/^unix:\/\//, '') };
  const { hostname, port } = new URL(address.replace('tcp:', 'http:'));
  return { host: hostname, port: port || '2375' };
}
