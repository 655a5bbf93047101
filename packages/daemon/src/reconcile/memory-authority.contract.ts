import { createPrivateKey } from 'node:crypto';
import type { Problem } from '@berth/spec/problem';
import { createSelfSigned } from '../adapters/acme/der/self-signed.ts';
import type { ChallengeKind } from '../core/certificate.ts';
import type { AuthorityOrder, CertificateAuthority, Challenge, RenewalWindow } from '../ports/certificate-authority.ts';
import type { Clock } from '../ports/clock.ts';

type Step = 'openOrder' | 'findOrder' | 'listChallenges' | 'prove' | 'obtain' | 'findRenewalWindow';

interface Order {
  readonly hosts: readonly string[];
  readonly replaces: string | null;
  state: AuthorityOrder['state'];
}

/** An authority in memory, on a test's clock, which fails and waits when a test says so. Its certificates are real ones. */
export class MemoryAuthority implements CertificateAuthority {
  /** What it was asked, oldest first: `openOrder shop.org`. */
  readonly calls: string[] = [];
  readonly orders = new Map<string, Order>();
  lifeMs = 90 * 86_400_000;
  window: Pick<RenewalWindow, 'startMs' | 'endMs'> | undefined;
  /** What a host must show; a test may look at the edge or at DNS. */
  sees: (challenge: Challenge) => boolean = () => true;
  /** Called when an unseen host is to be refused. */
  unseen: (challenge: Challenge) => Problem;
  readonly #clock: Clock;
  readonly #failures = new Map<Step, Problem[]>();
  readonly #gates = new Map<Step, Promise<void>>();

  constructor(clock: Clock, unseen: (challenge: Challenge) => Problem) {
    this.#clock = clock;
    this.unseen = unseen;
  }

  /** The next calls of this step reject. */
  failNext(step: Step, ...problems: readonly Problem[]): void {
    this.#failures.set(step, [...(this.#failures.get(step) ?? []), ...problems]);
  }

  /** Calls of this step wait until the result is called. */
  hold(step: Step): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gates.set(step, promise);
    return () => {
      this.#gates.delete(step);
      resolve();
    };
  }

  count(step: Step): number {
    return this.calls.filter((call) => call.startsWith(step)).length;
  }

  async openOrder(request: { hosts: readonly string[]; replaces: string | null }): Promise<AuthorityOrder> {
    await this.#begin('openOrder', request.hosts.join());
    const url = `memory:order-${this.orders.size + 1}`;
    this.orders.set(url, { ...request, state: 'pending' });
    return { url, state: 'pending', reason: null };
  }

  async findOrder(url: string): Promise<AuthorityOrder | undefined> {
    await this.#begin('findOrder', url);
    const order = this.orders.get(url);
    return order === undefined ? undefined : { url, state: order.state, reason: null };
  }

  async listChallenges(orderUrl: string, kind: ChallengeKind): Promise<readonly Challenge[]> {
    await this.#begin('listChallenges', orderUrl);
    const order = this.#get(orderUrl);
    return order.state === 'pending' ? order.hosts.map((host) => challengeOf(orderUrl, host, kind)) : [];
  }

  async prove(challenge: Challenge, signal: AbortSignal): Promise<void> {
    await this.#begin('prove', challenge.host, signal);
    const order = this.#get(challenge.authorizationUrl);
    order.state = this.sees(challenge) ? 'ready' : 'invalid';
    if (order.state === 'invalid') throw this.unseen(challenge);
  }

  async obtain(orderUrl: string, keyPem: string, signal: AbortSignal): Promise<string> {
    await this.#begin('obtain', orderUrl, signal);
    const order = this.#get(orderUrl);
    order.state = 'valid';
    // Certificates count in whole seconds.
    const notBefore = Math.floor(this.#clock.now() / 1000) * 1000;
    const facts = { commonName: 'Memory CA', hosts: order.hosts, notBefore, notAfter: notBefore + this.lifeMs };
    return createSelfSigned(facts, createPrivateKey(keyPem));
  }

  async findRenewalWindow(): Promise<RenewalWindow | undefined> {
    await this.#begin('findRenewalWindow', '');
    if (this.window === undefined) return undefined;
    return { ...this.window, explanationUrl: null, checkAgainAtMs: this.#clock.now() + 3_600_000 };
  }

  close(): void {}

  #get(url: string): Order {
    const order = this.orders.get(url);
    if (order === undefined) throw new Error(`there is no order ${url}`);
    return order;
  }

  /** Where the step is held: until it is released, or the caller goes. */
  async #pass(step: Step, signal: AbortSignal | undefined): Promise<void> {
    const gate = this.#gates.get(step);
    if (gate === undefined) return;
    const { promise, reject } = Promise.withResolvers<never>();
    signal?.addEventListener('abort', () => reject(signal.reason as Error));
    await Promise.race([gate, promise]);
  }

  async #begin(step: Step, about: string, signal?: AbortSignal): Promise<void> {
    this.calls.push(`${step} ${about}`);
    await this.#pass(step, signal);
    const failure = this.#failures.get(step)?.shift();
    if (failure !== undefined) throw failure;
  }
}

function challengeOf(orderUrl: string, name: string, kind: ChallengeKind): Challenge {
  const host = name.replace(/^\*\./, '');
  const place = { url: `${orderUrl}/${host}`, authorizationUrl: orderUrl, host };
  if (kind === 'dns-01') return { ...place, kind, name: `_acme-challenge.${host}`, value: `value-${host}` };
  if (kind === 'http-01') return { ...place, kind, token: `token-${host}`, keyAuthorization: `key-${host}` };
  return { ...place, kind, certificatePem: '-----BEGIN', keyPem: '-----BEGIN' };
}
