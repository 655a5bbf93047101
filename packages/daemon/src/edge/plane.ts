import { RouteIndex } from '../core/route-index.ts';
import type { EdgeManners } from '../core/edge-manners.ts';
import { ClaimDesk } from './claim.ts';
import { CertifiedHosts } from './door/certified-hosts.ts';
import { ChallengeBook } from './door/challenge-book.ts';
import { DateLine } from './exchange/date-line.ts';
import { ErrorPageSource } from './error-page-source.ts';
import { AccessLog } from './fact/access-log.ts';
import { HistoryBook } from './fact/history-book.ts';
import { SharedSlab } from './exchange/message-writer.ts';
import type { UpstreamRoad } from './exchange/upstream.ts';
import { H2cRoad } from './http2/h2c-road.ts';
import { InFlight } from './in-flight.ts';
import { KnockBell } from './knock-bell.ts';
import type { Log } from './log.ts';
import type { DecisionGround } from './route/decide.ts';
import { RateTable } from './route/rate-table.ts';
import { TrafficLedger } from './traffic.ts';
import { Http1Road } from './upstream/http1-road.ts';
import { CoarseClock, Watch } from './watch.ts';
import { RequestHead } from './wire/request-head.ts';

/** What every request of one edge shares. */
export interface Plane {
  readonly startedAtMs: number;
  readonly routes: RouteIndex;
  readonly inFlight: InFlight;
  readonly desk: ClaimDesk;
  readonly decisions: DecisionGround & { readonly certified: CertifiedHosts };
  readonly traffic: TrafficLedger;
  readonly history: HistoryBook;
  readonly knocks: KnockBell;
  /** The ways to instances, by what those speak. */
  readonly roads: Readonly<Record<'http1' | 'h2c', UpstreamRoad>>;
  readonly clock: CoarseClock;
  /** Of tunnels and the connections to instances, and of those of visitors. */
  readonly watch: Watch;
  readonly visitorWatch: Watch;
  /** What goes to visitors collects here. */
  readonly toVisitors: SharedSlab;
  readonly dateLine: DateLine;
  /** What certificate authorities are answered, before any route is looked for. */
  readonly challenges: ChallengeBook;
  /** Pages of an operator's own, in place of the edge's; undefined when there are none. */
  readonly errorPages: ErrorPageSource | undefined;
  /** Undefined when none is kept. */
  readonly accessLog: AccessLog | undefined;
  /** How long a visitor's connection waits for its next request. */
  readonly keepAliveMs: number;
  /** Each request's head is read with this, and says nothing after the event in which that happened. */
  readonly requestHead: RequestHead;
  readonly log: Log;
  /** Connections of visitors are not kept any more. */
  isStopping: boolean;
}

const KEEP_ALIVE_MS = 75_000;

/** What may be said of an edge. */
interface PlaneWish extends Pick<EdgeManners, 'accessLog' | 'errorPages' | 'keepAliveMs'> {
  /** Where visitors reach https. */
  readonly httpsPort?: number;
  /** Shared with the edges before and after, so that visitors stay with their instances. */
  readonly stickyKey?: Uint8Array;
  readonly clock?: CoarseClock;
}

export function createPlane(log: Log, wish: PlaneWish = {}): Plane {
  const {
    httpsPort = 443,
    stickyKey,
    accessLog,
    errorPages,
    keepAliveMs = KEEP_ALIVE_MS,
    clock = new CoarseClock(),
  } = wish;
  const startedAtMs = Date.now();
  const routes = new RouteIndex();
  const inFlight = new InFlight();
  const watch = new Watch(clock);
  const http1 = new Http1Road({ clock, watch });
  return {
    startedAtMs,
    routes,
    inFlight,
    desk: new ClaimDesk(inFlight, stickyKey === undefined ? {} : { stickyKey }),
    decisions: { rates: new RateTable(), httpsPort, certified: new CertifiedHosts() },
    traffic: new TrafficLedger(startedAtMs, clock),
    history: new HistoryBook(),
    knocks: new KnockBell(),
    roads: { http1, h2c: new H2cRoad({ clock, watch }) },
    clock,
    watch,
    visitorWatch: new Watch(clock),
    toVisitors: new SharedSlab(),
    dateLine: new DateLine(),
    challenges: new ChallengeBook(),
    errorPages: errorPages && new ErrorPageSource(errorPages),
    accessLog: accessLog && new AccessLog(accessLog, log),
    keepAliveMs,
    requestHead: new RequestHead(),
    log,
    isStopping: false,
  };
}

/** Closes the kept connections to an instance; what is in use goes on. */
export function closeIdle({ roads }: Plane, instance: string): void {
  for (const road of Object.values(roads)) road.closeIdle(instance);
}

/** Forgets what belongs to instances that nothing leads to any more. */
export function sweep({ roads, inFlight }: Plane): void {
  for (const road of Object.values(roads)) road.sweep();
  inFlight.sweep();
}
