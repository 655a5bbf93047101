import { Problem } from '@berth/spec/problem';
import { emptyHistogram } from '../../core/latency-histogram.ts';
import { RouteIndex } from '../../core/route-index.ts';
import { defaultConnections, edgeProtocol, type EdgeStatus } from '../../core/edge-control.ts';
import type { EdgeCertificate, EdgeChallenge } from '../../core/edge-certificate.ts';
import type { EdgeRoute, RouteChange } from '../../core/route-table.ts';
import type { AppTraffic, Edge, PastRequest, TrafficFacts } from '../../ports/edge.ts';

/** A request under way. */
export interface MemoryVisit {
  readonly app: string;
  readonly instance: string;
  /** True once a drain lost its patience with it. */
  readonly isCut: boolean;
  end(): void;
}

interface OpenVisit {
  readonly app: string;
  readonly instance: string;
  isCut: boolean;
  end: () => void;
}

/** An edge without sockets, for tests: they play the visitors, and may cut the control connection. */
export class MemoryEdge implements Edge {
  readonly #routes = new RouteIndex();
  readonly #visits = new Set<OpenVisit>();
  readonly #apps = new Map<string, AppTraffic>();
  readonly #listeners: (() => void)[] = [];
  readonly #knockListeners: ((app: string) => void)[] = [];
  readonly #idle = new Map<string, (() => void)[]>();
  readonly #history = new Map<string, readonly PastRequest[]>();
  #certificates: ReadonlyMap<string, EdgeCertificate> = new Map();
  #challenges: readonly EdgeChallenge[] = [];
  #isConnected = true;
  #turn = 0;
  #pid = 1;
  #renewal: Promise<void> | undefined;

  /** The table in force. */
  get routes(): readonly EdgeRoute[] {
    return this.#routes.list();
  }

  /** Instances that somebody waits for to be drained. */
  get draining(): readonly string[] {
    return [...this.#idle.keys()];
  }

  async apply(change: RouteChange): Promise<void> {
    this.#checkConnection();
    this.#routes.apply(change);
  }

  async replace(routes: readonly EdgeRoute[]): Promise<void> {
    this.#checkConnection();
    this.#routes.replace(routes);
  }

  async drain(instance: string, graceMs: number): Promise<void> {
    this.#checkConnection();
    if (this.#visitsTo(instance).length === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle.set(instance, [...(this.#idle.get(instance) ?? []), resolve]);
    const timer = setTimeout(() => this.#cut(instance), graceMs);
    await promise;
    clearTimeout(timer);
  }

  /** Takes what looks like PEM. */
  async putCertificates(certificates: readonly EdgeCertificate[]): Promise<void> {
    this.#checkConnection();
    const broken = certificates.filter(({ certificatePem, keyPem }) => !isPem(certificatePem) || !isPem(keyPem));
    const good = certificates.filter((certificate) => !broken.includes(certificate));
    const former = broken.flatMap(({ hosts }) => hosts).map((host) => [host, this.#certificates.get(host)] as const);
    const stay = former.flatMap(([host, certificate]) =>
      certificate === undefined ? [] : [[host, certificate] as const],
    );
    this.#certificates = new Map([...stay, ...good.flatMap((one) => one.hosts.map((host) => [host, one] as const))]);
    if (broken.length > 0)
      throw new Problem('validation-failed', 'The edge cannot use some certificates: see the reasons.', {
        facts: { errors: broken.map(({ hosts }) => ({ field: hosts[0] ?? '', detail: 'It cannot be read.' })) },
      });
  }

  async putChallenges(challenges: readonly EdgeChallenge[]): Promise<void> {
    this.#checkConnection();
    this.#challenges = challenges;
  }

  /** What a visitor of the host is shown; undefined when there is none. */
  certificateFor(host: string): EdgeCertificate | undefined {
    return this.#certificates.get(host) ?? this.#certificates.get(`*.${host.slice(host.indexOf('.') + 1)}`);
  }

  /** What a certificate authority is answered now. */
  get challenges(): readonly EdgeChallenge[] {
    return this.#challenges;
  }

  async facts(): Promise<TrafficFacts> {
    this.#checkConnection();
    return { startedAtMs: 0, apps: Object.fromEntries(this.#apps) };
  }

  async status(): Promise<EdgeStatus> {
    this.#checkConnection();
    return { ...memoryHello, pid: this.#pid, openConnections: this.#visits.size, routes: this.#routes.size };
  }

  async renew(): Promise<void> {
    this.#checkConnection();
    this.#renewal ??= this.#becomeAnother();
    await this.#renewal;
  }

  async history(app: string): Promise<readonly PastRequest[]> {
    this.#checkConnection();
    return this.#history.get(app) ?? [];
  }

  onKnock(listener: (app: string) => void): void {
    this.#knockListeners.push(listener);
  }

  onConnected(listener: () => void): void {
    this.#listeners.push(listener);
    if (this.#isConnected) queueMicrotask(listener);
  }

  /** A request comes in and stays until `end`. Undefined when no instance takes it. */
  visit(host: string, path = '/'): MemoryVisit | undefined {
    const route = this.#routes.find(host, path);
    if (route === undefined) return undefined;
    this.#turn += 1;
    const { instance } = route.targets[this.#turn % route.targets.length] ?? {};
    this.#count(route.app, { requests: 1, lastActivityMs: Date.now(), inFlight: instance === undefined ? 0 : 1 });
    if (instance === undefined) return this.#knock(route);
    this.#remember(route, path);
    return this.#open(route.app, instance);
  }

  /** The edge, or the way to it, is gone: orders are refused, visitors are served on. */
  disconnect(): void {
    this.#isConnected = false;
  }

  connect(): void {
    this.#isConnected = true;
    for (const listener of this.#listeners) listener();
  }

  async #becomeAnother(): Promise<void> {
    await Promise.resolve();
    this.#pid += 1;
    this.#renewal = undefined;
    this.connect();
  }

  #open(app: string, instance: string): OpenVisit {
    const visit: OpenVisit = { app, instance, isCut: false, end: () => this.#end(visit) };
    this.#visits.add(visit);
    return visit;
  }

  #end(visit: OpenVisit): void {
    if (!this.#visits.delete(visit)) return;
    this.#count(visit.app, { inFlight: -1 });
    if (this.#visitsTo(visit.instance).length > 0) return;
    const waiting = this.#idle.get(visit.instance) ?? [];
    this.#idle.delete(visit.instance);
    for (const resolve of waiting) resolve();
  }

  #cut(instance: string): void {
    for (const visit of this.#visitsTo(instance)) {
      visit.isCut = true;
      visit.end();
    }
  }

  #knock({ app, options }: EdgeRoute): undefined {
    if (options?.wakes === true && this.#isConnected) for (const listener of this.#knockListeners) listener(app);
  }

  #remember({ app, options }: EdgeRoute, path: string): void {
    const most = options?.history ?? 0;
    if (most > 0) this.#history.set(app, [...(this.#history.get(app) ?? []), { at: Date.now(), path }].slice(-most));
  }

  #visitsTo(instance: string): readonly OpenVisit[] {
    return [...this.#visits].filter((visit) => visit.instance === instance);
  }

  /** A visit that an instance takes is answered, as far as anybody can tell. */
  #count(app: string, more: { requests?: number; inFlight?: number; lastActivityMs?: number }): void {
    const { requests, inFlight, lastActivityMs, lastServedMs, ...rest } = this.#apps.get(app) ?? noTraffic;
    this.#apps.set(app, {
      ...rest,
      requests: requests + (more.requests ?? 0),
      inFlight: inFlight + (more.inFlight ?? 0),
      lastActivityMs: more.lastActivityMs ?? lastActivityMs,
      lastServedMs: more.inFlight === 1 ? (more.lastActivityMs ?? lastServedMs) : lastServedMs,
    });
  }

  #checkConnection(): void {
    if (!this.#isConnected) throw new Problem('edge-unreachable', 'The edge process does not answer.');
  }
}

function isPem(text: string): boolean {
  return text.startsWith('-----BEGIN ');
}

/** It listens nowhere, but says where it would. */
const memoryHello: Omit<EdgeStatus, 'pid' | 'openConnections' | 'routes'> = {
  protocol: edgeProtocol,
  version: 'memory',
  http: ['127.0.0.1:80'],
  https: [],
  trustedProxies: [],
  proxyProtocol: false,
  connections: defaultConnections,
  startedAtMs: 0,
  addresses: ['127.0.0.1:80'],
  secureAddresses: [],
};

const noTraffic: AppTraffic = {
  requests: 0,
  statuses: [0, 0, 0, 0, 0],
  bytesIn: 0,
  bytesOut: 0,
  inFlight: 0,
  openSockets: 0,
  lastActivityMs: null,
  lastServedMs: null,
  latency: emptyHistogram(),
};
