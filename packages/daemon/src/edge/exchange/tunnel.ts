import type { Visit } from '../traffic.ts';
import type { CoarseClock, Watch, Watched } from '../watch.ts';
import { FrameTracker, GOING_AWAY_TO_APP, GOING_AWAY_TO_VISITOR } from './frame-tracker.ts';
import type { Upstream } from './upstream.ts';
import type { Visitor } from './visitor.ts';

/** One half of a tunnel may end first; with nothing coming on the other half, the rest is a leak. */
const HALF_OPEN_MS = 60_000;
/** Time for the ends that were sent to arrive. */
const FAREWELL_MS = 2_000;

/** What a tunnel belongs to. */
export interface TunnelGround {
  readonly clock: CoarseClock;
  readonly watch: Watch;
  readonly visitor: Visitor;
  readonly upstream: Upstream;
  readonly visit: Visit;
  /** Of both directions together. */
  readonly idleMs: number;
  /** Both ends are cut. */
  readonly over: () => void;
}

/** A WebSocket after the app's 101: bytes pass both ways untouched, and are only looked at. */
export class Tunnel implements Watched {
  deadlineMs: number;
  watchedAt = -1;
  readonly #ground: TunnelGround;
  readonly #toApp = new FrameTracker();
  readonly #toVisitor = new FrameTracker();
  #hasVisitorEnded = false;
  #hasAppEnded = false;
  /** What still comes is of no use to anybody, but is taken so that the ends that were sent arrive. */
  #isLeaving = false;
  #idleMs: number;
  #activeAtMs = -1;

  constructor(ground: TunnelGround) {
    this.#ground = ground;
    this.#idleMs = ground.idleMs;
    this.deadlineMs = ground.clock.nowMs + ground.idleMs;
    ground.watch.add(this);
  }

  /** False: as `Upstream.send`. */
  receive(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#isLeaving) return true;
    const { visit, upstream } = this.#ground;
    visit.received(end - start);
    this.#seen(this.#toApp.push(bytes, start, end));
    return upstream.send(bytes, start, end);
  }

  /** False: as `Visitor.send`. */
  send(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#isLeaving) return true;
    const { visit, visitor } = this.#ground;
    visit.sent(end - start);
    this.#seen(this.#toVisitor.push(bytes, start, end));
    return visitor.send(bytes, start, end);
  }

  visitorEnded(): void {
    if (this.#hasVisitorEnded) return;
    this.#hasVisitorEnded = true;
    this.#ground.upstream.end(undefined);
    this.#keepFor(HALF_OPEN_MS);
  }

  appEnded(): void {
    if (this.#hasAppEnded) return;
    this.#hasAppEnded = true;
    this.#ground.visitor.finish(undefined);
    this.#keepFor(HALF_OPEN_MS);
  }

  /** Says "going away" both ways where no frame is cut in two by that. */
  goAway(): void {
    const { visitor, upstream } = this.#ground;
    if (!this.#hasAppEnded && this.#toVisitor.isBetweenFrames)
      visitor.send(GOING_AWAY_TO_VISITOR, 0, GOING_AWAY_TO_VISITOR.length);
    if (!this.#hasVisitorEnded && this.#toApp.isBetweenFrames)
      upstream.send(GOING_AWAY_TO_APP, 0, GOING_AWAY_TO_APP.length);
    this.appEnded();
    this.visitorLeft();
  }

  /** What it said before still gets to the app. */
  visitorLeft(): void {
    this.#hasAppEnded = true;
    this.visitorEnded();
    this.#isLeaving = true;
    this.#keepFor(FAREWELL_MS);
  }

  expire(): void {
    this.#ground.over();
  }

  stop(): void {
    this.#ground.watch.remove(this);
  }

  /** Once for each reading of the coarse clock is enough. */
  #seen(hasData: boolean): void {
    const { nowMs } = this.#ground.clock;
    this.deadlineMs = nowMs + this.#idleMs;
    if (!hasData || nowMs === this.#activeAtMs) return;
    this.#activeAtMs = nowMs;
    this.#ground.visit.wasActive(nowMs);
  }

  #keepFor(ms: number): void {
    this.#idleMs = ms;
    this.deadlineMs = this.#ground.clock.nowMs + ms;
  }
}
