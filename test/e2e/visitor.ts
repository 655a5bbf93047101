import { Agent, get } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks the edge for a host's page, as a browser would that resolves every name to loopback. */
export function visit(port: number, host: string, options: { path?: string; agent?: Agent } = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { path = '/', agent } = options;
  const call = get(
    { host: '127.0.0.1', port, path, headers: { host }, ...(agent === undefined ? { agent: false } : { agent }) },
    (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: body.trim() }));
      response.on('error', reject);
    },
  );
  call.on('error', reject);
  return promise;
}

export interface Load {
  /** Ends the load and tells how it went. */
  stop(): Promise<{ readonly requests: number; readonly failures: readonly string[] }>;
}

/** Keeps `connections` visitors asking, one request after the other, until stopped; bounded by a minute. */
export function startLoad(port: number, host: string, connections = 8): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const until = Date.now() + 60_000;
  const failures: string[] = [];
  let requests = 0;
  const ended = new AbortController();
  const one = async (): Promise<void> => {
    while (!ended.signal.aborted && Date.now() < until) {
      requests += 1;
      const answer = await visit(port, host, { agent }).catch((error: unknown) => ({ status: 0, body: String(error) }));
      if (answer.status !== 200) failures.push(`${answer.status} ${answer.body.slice(0, 120)}`);
    }
  };
  const visitors = Array.from({ length: connections }, one);
  return {
    stop: async () => {
      ended.abort();
      await Promise.all(visitors);
      agent.destroy();
      return { requests, failures };
    },
  };
}
