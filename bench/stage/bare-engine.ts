import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';

/** The engine as a program sees it that does nothing else: its own socket, kept-alive connections, no checks. */
export class BareEngine {
  readonly socket: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(socket: string) {
    this.socket = socket;
  }

  /** A container as the engine makes it by itself; on the default bridge, or on a network of one's own. */
  async create(image: string, network = 'default'): Promise<string> {
    const body = { Image: image, HostConfig: { NetworkMode: network } };
    return (await this.ask<{ readonly Id: string }>('POST', '/containers/create', body)).Id;
  }

  async act(id: string, verb: 'start' | 'pause' | 'unpause' | 'stop'): Promise<void> {
    await this.ask('POST', `/containers/${id}/${verb}`);
  }

  async remove(id: string): Promise<void> {
    await this.ask('DELETE', `/containers/${id}?force=1`);
  }

  /** Where a running container is reached. */
  async findAddress(id: string): Promise<string> {
    const { NetworkSettings } = await this.ask<Inspection>('GET', `/containers/${id}/json`);
    const [network] = Object.values(NetworkSettings.Networks);
    if (network === undefined || network.IPAddress === '') throw new Error(`The container ${id} has no address.`);
    return network.IPAddress;
  }

  async createNetwork(name: string): Promise<void> {
    await this.ask('POST', '/networks/create', { Name: name, Driver: 'bridge' });
  }

  async ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await this.#send(method, path, body);
    const { statusCode = 0, headers } = response;
    const hasBody = statusCode !== 204 && statusCode !== 304 && headers['content-length'] !== '0';
    const answer = hasBody ? await json(response) : response.resume();
    if (statusCode >= 400) throw new Error(`${method} ${path}: ${statusCode} ${JSON.stringify(answer)}`);
    return answer as Answer;
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, body: unknown): Promise<IncomingMessage> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { host: 'docker', 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const options = { socketPath: this.socket, agent: this.#agent, method, path, headers };
    return new Promise((resolve, reject) => {
      request(options, resolve).on('error', reject).end(text);
    });
  }
}

interface Inspection {
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>> };
}
