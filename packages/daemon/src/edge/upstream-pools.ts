import { Agent } from 'node:http';

/**
 * The shortest keep-alive in the field is gunicorn's 2 s: a socket that idles less is not being closed by the app while
 * a request is on its way into it. A shorter `Keep-Alive: timeout=` of the app is honoured by the agent.
 */
const IDLE_MS = 1_500;
const IDLE_SOCKETS = 64;

/** The kept connections to each instance. */
export class UpstreamPools {
  readonly #agents = new Map<string, Agent>();

  get(instance: string): Agent {
    const found = this.#agents.get(instance);
    if (found !== undefined) return found;
    // The timeout holds for idle sockets only: in use, nobody listens to it once the connection stands.
    const agent = new Agent({
      keepAlive: true,
      timeout: IDLE_MS,
      maxFreeSockets: IDLE_SOCKETS,
      agentKeepAliveTimeoutBuffer: 1_000,
    });
    this.#agents.set(instance, agent);
    return agent;
  }

  /** What is in use goes on. */
  closeIdle(instance: string): void {
    for (const sockets of Object.values(this.#agents.get(instance)?.freeSockets ?? {}))
      for (const socket of sockets ?? []) socket.destroy();
  }

  /** Forgets the instances that no connection leads to. */
  sweep(): void {
    for (const [instance, { sockets, freeSockets }] of this.#agents)
      if (Object.keys(sockets).length + Object.keys(freeSockets).length === 0) this.#agents.delete(instance);
  }
}
