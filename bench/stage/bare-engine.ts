import { Agent, request } from 'node:http';
import { json, text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';

/** A container as the engine makes it by itself. */
export interface BareContainer {
  readonly image: string;
  /** The default bridge unless said. */
  readonly network?: string;
  /** Of the container, each at a port of loopback that the engine chooses. */
  readonly publishedPorts?: readonly number[];
}

/** The engine as a program sees it that does nothing else: its own socket, kept-alive connections, no checks. */
export class BareEngine {
  readonly socket: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(socket: string) {
    this.socket = socket;
  }

  /** Resolves when the engine has the image as its registry has it now. */
  async pull(image: string): Promise<void> {
    const response = await this.#send('POST', `/images/create?fromImage=${encodeURIComponent(image)}`, undefined);
    const told = await text(response);
    // A pull fails inside an answer of 200.
    if (response.statusCode !== 200 || told.includes('"errorDetail"'))
      throw new Error(`The pull of ${image} failed: ${told}`);
  }

  /** Resolves to its id. */
  async create({ image, network = 'default', publishedPorts = [] }: BareContainer): Promise<string> {
    const bindings = publishedPorts.map((port) => [`${port}/tcp`, [{ HostIp: '127.0.0.1', HostPort: '' }]] as const);
    const body = { Image: image, HostConfig: { NetworkMode: network, PortBindings: Object.fromEntries(bindings) } };
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
    const content = body === undefined ? '' : JSON.stringify(body);
    const length = Buffer.byteLength(content);
    const headers = { host: 'docker', 'content-type': 'application/json', 'content-length': length };
    const options = { socketPath: this.socket, agent: this.#agent, method, path, headers };
    return new Promise((resolve, reject) => {
      request(options, resolve).on('error', reject).end(content);
    });
  }
}

interface Inspection {
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>> };
}
