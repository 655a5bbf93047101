import type { EdgeCertificate, EdgeChallenge } from '../core/edge-certificate.ts';
import type { EdgeStatus } from '../core/edge-control.ts';
import type { LatencyHistogram } from '../core/latency-histogram.ts';
import type { EdgeRoute, RouteChange } from '../core/route-table.ts';

/** The data plane as the control plane sees it: a route table goes in, traffic facts come out. */
export interface Edge {
  /** Resolves once every new request is routed by the change. Rejects with `edge-unreachable`. */
  apply(change: RouteChange): Promise<void>;
  /** Replaces the whole table, as after a start. */
  replace(routes: readonly EdgeRoute[]): Promise<void>;
  /**
   * Resolves once nothing is in flight to the instance; after `graceMs` its connections are closed and it resolves too.
   * The instance should be in no route any more.
   */
  drain(instance: string, graceMs: number): Promise<void>;
  facts(): Promise<TrafficFacts>;
  /** How it is, and where it listens. Rejects with `edge-unreachable`. */
  status(): Promise<EdgeStatus>;
  /**
   * Puts a fresh process in the edge's place: no connection is lost, what is under way ends in the old one. Resolves
   * once the new one serves; rejects with `edge-unreachable` when it does not come up, and then the old one goes on.
   */
  renew(): Promise<void>;
  /** The app's last requests that went to an instance, oldest first; none where no route of it has a history. */
  history(app: string): Promise<readonly PastRequest[]>;
  /**
   * Replaces all certificates: the next handshakes get the new ones. Rejects with `validation-failed` when some cannot be
   * used, and its `errors` name the first host of each and why; the others are in force then, and for the hosts of those
   * that cannot what was before.
   */
  putCertificates(certificates: readonly EdgeCertificate[]): Promise<void>;
  /** Replaces all answers to certificate authorities. */
  putChallenges(challenges: readonly EdgeChallenge[]): Promise<void>;
  /** Calls back with the app’s name when a visitor comes to a route that `wakes` and has no target: at most once a second each. */
  onKnock(listener: (app: string) => void): void;
  /** Calls back after each (re)connection; the caller answers with `replace`. */
  onConnected(listener: () => void): void;
}

/** One request, as the app got it. */
export interface PastRequest {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Behind the prefix that was stripped, without the query. */
  readonly path: string;
}

/** Counters since the edge started. */
export interface TrafficFacts {
  readonly startedAtMs: number;
  readonly apps: Readonly<Record<string, AppTraffic>>;
}

export interface AppTraffic {
  readonly requests: number;
  /** Answers by class: index 0 is 1xx … index 4 is 5xx. */
  readonly statuses: readonly [number, number, number, number, number];
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly inFlight: number;
  readonly openSockets: number;
  readonly lastActivityMs: number | null;
  /** Activity that was of use: answers of class 2xx, and data of WebSockets. A page that is refused again and again is none. */
  readonly lastServedMs: number | null;
  /** Of requests that are over; tunnels are none. */
  readonly latency: LatencyHistogram;
}
