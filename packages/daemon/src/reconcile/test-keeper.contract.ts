import { Problem } from '@berth/spec/problem';
import type { Event } from '@berth/spec/event';
import { pino } from 'pino';
import type { MemoryEdge } from '../adapters/memory-edge/memory-edge.ts';
import type { Certificate } from '../core/certificate.ts';
import type { CertificatePolicy } from '../core/certificate-wish.ts';
import type { CertificateFileReading } from '../ports/certificate-files.ts';
import type { Challenge } from '../ports/certificate-authority.ts';
import type { Context } from '../use-cases/context.ts';
import { listEvents } from '../use-cases/events.ts';
import { deployed } from '../use-cases/test-app.contract.ts';
import { ada, openTestContext, root, type TestContext } from '../use-cases/test-context.contract.ts';
import { CertificateKeeper } from './certificate-keeper.ts';
import { MemoryAuthority } from './memory-authority.contract.ts';
import type { World } from './world.ts';

const patienceMs = 5_000;

const testCertificatePolicy: CertificatePolicy = {
  directory: 'memory:directory',
  isPrivate: true,
  challenge: 'http-01',
  dnsZones: [],
  ordersPerDomainPerWeek: 40,
  parallelOrders: 4,
};

/** The keeper over a real store, with an authority, an edge and a DNS in memory, on a clock that a test moves. */
export class TestKeeper {
  readonly authority: MemoryAuthority;
  /** What DNS says now: `name value`. */
  readonly records = new Set<string>();
  /** Hosts that a stranger does not reach. */
  readonly away = new Set<string>();
  readonly files: CertificateFileReading[] = [];
  context: Context & { readonly clock: TestContext['clock'] };
  readonly #place: TestContext;
  #keeper!: CertificateKeeper;
  #onFiles = (): void => {};

  private constructor(place: TestContext) {
    this.#place = place;
    this.context = place;
    this.authority = new MemoryAuthority(
      place.clock,
      ({ host }) => new Problem('domain-unproven', `No way to ${host}.`),
    );
    this.authority.sees = (challenge) => this.#isShown(challenge);
    this.#start();
  }

  static async start(policy: Partial<CertificatePolicy> = {}): Promise<TestKeeper> {
    const certificates = { ...testCertificatePolicy, ...policy };
    return new TestKeeper(await openTestContext({ policy: { baseDomain: 'apps.example.com', certificates } }));
  }

  get edge(): MemoryEdge {
    return this.context.edge as MemoryEdge;
  }

  /** An app of ada's that takes visitors at these hosts, beside its own. */
  async serve(name: string, ...hosts: readonly string[]): Promise<void> {
    await deployed(this.context, ada, { name, domains: hosts.map((host) => ({ host })) });
  }

  find(host: string): Certificate | undefined {
    const all = [...this.context.ledger.books.certificates.values(), ...this.context.certificates.files];
    return all.find(({ hosts }) => hosts.includes(host));
  }

  get(host: string): Certificate {
    const found = this.find(host);
    if (found === undefined) throw new Error(`there is no certificate of ${host}`);
    return found;
  }

  /** What the edge shows to visitors of a host. */
  shown(host: string): string | undefined {
    return this.edge.certificateFor(host)?.certificatePem;
  }

  /** Waits until the host has a certificate at the edge, and gives it. */
  async issued(host: string): Promise<Certificate> {
    await this.until(
      () => this.shown(host) !== undefined && this.shown(host) === this.find(host)?.chain?.certificatePem,
    );
    return this.get(host);
  }

  async failed(host: string, failures = 1): Promise<Certificate> {
    await this.until(() => this.find(host)?.failures === failures);
    return this.get(host);
  }

  async events(): Promise<Event[]> {
    const { items } = await listEvents(this.context, root, { after: 0, app: undefined, limit: 1000 });
    return items.filter(({ kind }) => kind.startsWith('certificate.'));
  }

  changeFiles(...readings: readonly CertificateFileReading[]): void {
    this.files.splice(0, this.files.length, ...readings);
    this.#onFiles();
  }

  /** Control ends in the middle of whatever it does, and starts on the same store; the edge has gone on. */
  async restart(): Promise<void> {
    this.#keeper.stop();
    await this.settled();
    const { edge } = this.context;
    await this.context.store.close();
    this.context = { ...(await this.#place.reopen()), edge };
    this.#start();
  }

  async close(): Promise<void> {
    this.#keeper.stop();
    await this.#place.close();
    await this.context.store.close();
  }

  async until(isTrue: () => boolean): Promise<void> {
    const end = performance.now() + patienceMs;
    while (!isTrue()) {
      if (performance.now() > end) throw new Error(`not true within ${patienceMs} ms: ${isTrue.toString()}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** Until nothing that was begun is still to come. */
  async settled(): Promise<void> {
    for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  #start(): void {
    const limits = { log: { maxSizeBytes: 1, maxFiles: 1 }, parallel: 1, resyncMs: 1_000, seenMs: 60_000 };
    const world: World = { ...this.context, log: pino({ level: 'silent' }), probe: async () => null, limits };
    const dns = {
      put: async (name: string, value: string) => void this.records.add(`${name} ${value}`),
      remove: async (name: string, value: string) => void this.records.delete(`${name} ${value}`),
    };
    const checkDomain = async ({ host, path, answer }: { host: string; path: string; answer: string }) => {
      const isAnswered = this.edge.challenges.some(
        (one) => one.kind === 'http-01' && path.endsWith(one.token) && one.keyAuthorization === answer,
      );
      return isAnswered && !this.away.has(host) ? null : `${host} does not lead here.`;
    };
    this.#keeper = new CertificateKeeper(world, {
      tools: { authority: this.authority, dns, awaitRecord: async () => {}, checkDomain },
      files: {
        read: async () => [...this.files],
        watch: (listener) => {
          this.#onFiles = listener;
          return () => {};
        },
      },
    });
    this.#keeper.start();
  }

  #isShown(challenge: Challenge): boolean {
    if (challenge.kind === 'dns-01') return this.records.has(`${challenge.name} ${challenge.value}`);
    return !this.away.has(challenge.host) && this.edge.challenges.some(({ host }) => host === challenge.host);
  }
}
