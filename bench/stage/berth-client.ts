import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';

/** Berth's API as a program uses it: one token, kept-alive connections. */
export class BerthClient {
  readonly #url: string;
  readonly #token: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor({ apiUrl, adminToken }: { readonly apiUrl: string; readonly adminToken: string }) {
    this.#url = apiUrl;
    this.#token = adminToken;
  }

  /** Resolves when Berth has accepted the deploy, which goes on. */
  async beginDeploy(name: string, spec: object): Promise<void> {
    await this.ask('PUT', `/v1/apps/${name}`, spec);
  }

  /** Resolves when the app serves. */
  async deploy(name: string, spec: object): Promise<void> {
    await this.ask('PUT', `/v1/apps/${name}?wait=60s`, spec);
  }

  async scale(name: string, replicas: number): Promise<void> {
    await this.ask('POST', `/v1/apps/${name}/actions/scale?wait=60s`, { replicas });
  }

  /** Several apps in one call; throws when one of them was refused. */
  async batch(verb: 'pause' | 'unpause', apps: readonly string[]): Promise<void> {
    const { results } = await this.ask<Batch>('POST', `/v1/batch/${verb}?wait=60s`, { apps });
    const refused = results.find(({ operation }) => operation?.state !== 'succeeded');
    if (refused !== undefined) throw new Error(`${verb} was refused: ${JSON.stringify(refused)}`);
  }

  async remove(name: string): Promise<void> {
    await this.ask('DELETE', `/v1/apps/${name}?wait=60s`);
  }

  async ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    return JSON.parse(await this.askText(method, path, body)) as Answer;
  }

  /** For the older APIs, some of whose answers are text or nothing; a form is sent as such, all else as JSON. */
  async askText(method: string, path: string, body?: unknown): Promise<string> {
    const response = await this.#send(method, path, body);
    const answer = await text(response);
    const { statusCode = 0 } = response;
    if (statusCode >= 400) throw new Error(`${method} ${path}: ${statusCode} ${answer}`);
    return answer;
  }

  /** The head of a GET as it goes over the wire. */
  renderRequest(path: string): Buffer {
    const { host } = new URL(this.#url);
    return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${this.#token}\r\n\r\n`);
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, body: unknown): Promise<IncomingMessage> {
    const { content, ...type } = renderBody(body);
    const headers = { authorization: `Bearer ${this.#token}`, 'content-length': Buffer.byteLength(content), ...type };
    return new Promise((resolve, reject) => {
      request(`${this.#url}${path}`, { agent: this.#agent, method, headers }, resolve).on('error', reject).end(content);
    });
  }
}

function renderBody(body: unknown): { readonly content: string; readonly 'content-type'?: string } {
  if (body === undefined) return { content: '' };
  if (body instanceof URLSearchParams)
    return { content: body.toString(), 'content-type': 'application/x-www-form-urlencoded' };
  return { content: JSON.stringify(body), 'content-type': 'application/json' };
}

interface Batch {
  readonly results: readonly { readonly operation: { readonly state: string } | null }[];
}
