import { Problem } from '@berth/spec/problem';
import { RouteIndex } from '../../core/route-index.ts';
import type { EdgeRoute, RouteChange } from '../../core/route-table.ts';
import type { AppTraffic, Edge, TrafficFacts } from '../../ports/edge.ts';

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
  readonly #idle = new Map<string, (() => void)[]>();
  #isConnected = true;
  #turn = 0;

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

  async facts(): Promise<TrafficFacts> {
    this.#checkConnection();
    return { startedAtMs: 0, apps: Object.fromEntries(this.#apps) };
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
    return instance === undefined ? undefined : this.#open(route.app, instance);
  }

  /** The edge, or the way to it, is gone: orders are refused, visitors are served on. */
  disconnect(): void {
    this.#isConnected = false;
  }

  connect(): void {
    this.#isConnected = true;
    for (const listener of this.#listeners) listener();
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

  #visitsTo(instance: string): readonly OpenVisit[] {
    return [...this.#visits].filter((visit) => visit.instance === instance);
  }

  #count(app: string, more: { requests?: number; inFlight?: number; lastActivityMs?: number }): void {
    const { requests, inFlight, lastActivityMs, ...rest } = this.#apps.get(app) ?? noTraffic;
    this.#apps.set(app, {
      ...rest,
      requests: requests + (more.requests ?? 0),
      inFlight: inFlight + (more.inFlight ?? 0),
      lastActivityMs: more.lastActivityMs ?? lastActivityMs,
    });
  }

  #checkConnection(): void {
    if (!this.#isConnected) throw new Problem('edge-unreachable', 'The edge process does not answer.');
  }
}

const noTraffic: AppTraffic = {
  requests: 0,
  statuses: [0, 0, 0, 0, 0],
  bytesIn: 0,
  bytesOut: 0,
  inFlight: 0,
  openSockets: 0,
  lastActivityMs: null,
};
