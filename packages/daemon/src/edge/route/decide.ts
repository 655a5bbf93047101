import { defaultLimits, type EdgeRoute, type RouteLimits, type RouteOptions } from '../../core/route-table.ts';
import type { CertifiedHosts } from '../door/certified-hosts.ts';
import type { Refusal } from '../refusal.ts';
import { type RateTable, visitorKey } from './rate-table.ts';
import { redirect, redirectToHttps, redirectToSlash } from './redirect.ts';

/** What decisions of one edge share. */
export interface DecisionGround {
  readonly rates: RateTable;
  /** Where visitors reach https. */
  readonly httpsPort: number;
  /** Hosts whose visitors are sent to https where their route does not say. */
  readonly certified: Pick<CertifiedHosts, 'isEmpty' | 'has'>;
}

/** What is known of one request once its head is read. */
export interface RequestFacts {
  /** It came by https, as far as the edge or a proxy that it trusts can say. */
  readonly isTls: boolean;
  /** GET or HEAD. */
  readonly isRead: boolean;
  readonly isWebSocket: boolean;
  /** As the visitor named it, without port; empty when not at all. */
  readonly host: string;
  /** Path and query as they were sent. */
  readonly target: string;
  /** The visitor's, not a trusted proxy's. */
  readonly address: string;
  /** -1: not said. */
  readonly contentLength: number;
  /** Requests and tunnels of the route's app that are under way, this one left out. */
  readonly underWay: number;
  /** Of a clock that never goes back. */
  readonly nowMs: number;
}

/** False when everything passes, so that facts need not be gathered. `scheme` is how the visitor came to the edge. */
export function needsDecision({ certified }: DecisionGround, route: EdgeRoute, scheme: 'http' | 'https'): boolean {
  return route.options !== undefined || (scheme === 'http' && !certified.isEmpty);
}

/** What is said to a request before an instance is looked for. Undefined: go on. */
export function decide(ground: DecisionGround, route: EdgeRoute, facts: RequestFacts): Refusal | undefined {
  const { options = {} } = route;
  return (
    leadElsewhere(ground, route, facts) ??
    closeForWork(options) ??
    refuseSocket(options, facts) ??
    limit(ground, route, facts)
  );
}

/** One limit of a route, or its default. */
export function limitOf(route: EdgeRoute, name: keyof RouteLimits): number {
  return route.options?.limits?.[name] ?? defaultLimits[name];
}

/** For bodies that did not say how long they are: `bytes` is what has come so far. */
export function refuseBody(route: EdgeRoute, bytes: number): Refusal | undefined {
  const most = limitOf(route, 'bodyBytes');
  if (most === 0 || bytes <= most) return undefined;
  return { code: 'body-too-large', detail: `This app takes at most ${most} bytes in one request.` };
}

function leadElsewhere(ground: DecisionGround, route: EdgeRoute, facts: RequestFacts): Refusal | undefined {
  const { options } = route;
  const { isTls, isRead, host, target } = facts;
  if (options?.redirect !== undefined) return redirect(route, options.redirect, target);
  if (isTls || !(options?.requireTls ?? ground.certified.has(host)) || isChallenge(target))
    return redirectToSlash(route, target);
  const noName: Refusal = { code: 'https-needed', detail: 'Ask again by https.' };
  return redirectToHttps({ host, target }, { isRead, httpsPort: ground.httpsPort }) ?? noName;
}

/** An app may obtain certificates itself, and is asked by http then (RFC 8555, 8.3). */
function isChallenge(target: string): boolean {
  return target.startsWith('/.well-known/acme-challenge/');
}

function closeForWork({ maintenance }: RouteOptions): Refusal | undefined {
  if (maintenance === undefined) return undefined;
  return { code: 'app-in-maintenance', detail: maintenance };
}

/** An app that speaks HTTP/2 would hear of a plain request: nothing of the wish would reach it. */
function refuseSocket({ protocol }: RouteOptions, { isWebSocket }: RequestFacts): Refusal | undefined {
  if (protocol !== 'h2c' || !isWebSocket) return undefined;
  return {
    code: 'no-websocket-here',
    detail: 'It speaks HTTP/2 to the edge, which opens WebSockets by HTTP/1.1 alone.',
  };
}

function limit({ rates }: DecisionGround, route: EdgeRoute, facts: RequestFacts): Refusal | undefined {
  if (route.options?.limits === undefined) return undefined;
  const perSecond = limitOf(route, 'requestsPerSecond');
  const waitMs = perSecond === 0 ? 0 : rates.take(`${route.app} ${visitorKey(facts.address)}`, perSecond, facts.nowMs);
  if (waitMs > 0) return refuseRate(waitMs);
  const concurrency = limitOf(route, 'concurrency');
  if (concurrency > 0 && facts.underWay >= concurrency) return { code: 'app-busy', detail: 'Try again in a moment.' };
  return refuseBody(route, facts.contentLength);
}

function refuseRate(waitMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const detail = `Requests come faster than this app takes them from one address. Try again in ${seconds} s.`;
  return { code: 'too-many-requests', detail, headers: ['Retry-After', String(seconds)] };
}
