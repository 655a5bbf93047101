/** What an operator's script sees of an answer. Bodies are read as they come; a test looks only at what it names. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- the point is to read what came, not what was declared
  readonly body: any;
}

/** Calls `/v1` as a script with curl would: no client library, plain JSON. */
export class Operator {
  readonly #url: string;
  readonly #token: string;

  constructor(daemon: { readonly apiUrl: string; readonly adminToken: string }, token: string = daemon.adminToken) {
    this.#url = daemon.apiUrl;
    this.#token = token;
  }

  async call(method: string, path: string, body?: unknown): Promise<Reply> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : parse(text) };
  }

  /** Deploys, and waits until it is done or has failed. */
  deploy(name: string, request: Record<string, unknown>): Promise<Reply> {
    return this.call('PUT', `/v1/apps/${name}?wait=60s`, request);
  }

  act(name: string, verb: string, body?: unknown): Promise<Reply> {
    return this.call('POST', `/v1/apps/${name}/actions/${verb}?wait=60s`, body);
  }

  async status(name: string): Promise<Reply['body']> {
    return (await this.call('GET', `/v1/apps/${name}/status`)).body;
  }

  remove(name: string): Promise<Reply> {
    return this.call('DELETE', `/v1/apps/${name}?wait=60s`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
