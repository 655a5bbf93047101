import type { EdgeRoute, EdgeTarget } from '../../core/route-table.ts';
import type { Errand, InstanceFlight } from '../in-flight.ts';
import { answerChallenge } from '../door/answer-challenge.ts';
import type { ErrorPageSource } from '../error-page-source.ts';
import { AccessNote } from '../fact/access-note.ts';
import { type Page, renderPage } from '../page.ts';
import type { Plane } from '../plane.ts';
import { type Refusal, statusOf } from '../refusal.ts';
import { decide, limitOf, needsDecision, refuseBody } from '../route/decide.ts';
import { renderWaiting } from '../route/waiting.ts';
import type { Visit } from '../traffic.ts';
import type { AnswerHead } from '../wire/answer-head.ts';
import { textOf } from '../wire/byte.ts';
import { field } from '../wire/field.ts';
import type { FieldList } from '../wire/field-list.ts';
import { findField } from '../wire/field-text.ts';
import { createOrigin } from '../wire/origin.ts';
import { freeMemory } from '../wire/free-memory.ts';
import { findPassage } from '../wire/passage.ts';
import type { RequestHead } from '../wire/request-head.ts';
import { createAnswerWay } from './answer-way.ts';
import type { Arrival } from './arrival.ts';
import { HostMemory } from './host-memory.ts';
import { refusalOfFailure } from './failure-refusal.ts';
import { cookiesOf, gatherFacts } from './request-facts.ts';
import { Tunnel } from './tunnel.ts';
import type { Upstream, UpstreamFailure, UpstreamListener } from './upstream.ts';
import type { AnswerWay, Visitor } from './visitor.ts';

const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

const NOWHERE: Refusal = { code: 'no-app-here', detail: 'Check the address, or ask the one who gave it to you.' };

const STOPPED: Refusal = {
  code: 'app-unavailable',
  detail: 'The instance of the app that had the request was stopped. Try again.',
};

/**
 * One request and its answer, from a visitor to an instance and back. HTTP/1 connections and HTTP/2 streams make one
 * for each request that `RequestHead.parse` found whole.
 */
export class Exchange implements Errand, UpstreamListener {
  placeInFlight = -1;
  readonly #plane: Plane;
  readonly #visitor: Visitor;
  readonly #arrival: Arrival;
  /** Where the head is read again from: another instance may have to be told, too. */
  #bytes: Uint8Array | undefined;
  #start = 0;
  #end = 0;
  #hasBody = false;
  #mayRepeat = false;
  /** A kept connection has ended under it: only a fresh one will do. */
  #isRepeated = false;
  #route: EdgeRoute | undefined;
  #target: EdgeTarget | undefined;
  #tried: Set<string> | undefined;
  #way: AnswerWay | undefined;
  #flight: InstanceFlight | undefined;
  #visit: Visit | undefined;
  #upstream: Upstream | undefined;
  #tunnel: Tunnel | undefined;
  #bodyBytes = 0;
  #hasAnswered = false;
  #isOver = false;

  constructor(plane: Plane, visitor: Visitor, arrival: Arrival) {
    this.#plane = plane;
    this.#visitor = visitor;
    this.#arrival = arrival;
  }

  /** What a body may be silent for, both ways. */
  get idleMs(): number {
    const seconds = this.#route === undefined ? 0 : limitOf(this.#route, 'idleSeconds');
    return seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1_000;
  }

  /**
   * Routes and sends the head; where it announces a body, with `sendBody`, `flushBody` or `endBody`, one of which has to
   * come in the same event. `head` is read now and may be used for others afterwards, but the bytes it speaks about must
   * stay as they are until the answer begins: another instance may have to be told again. May call the visitor before it
   * returns. False: hold the body back until `Visitor.resumeBody`.
   */
  start(head: RequestHead): boolean {
    const plane = this.#plane;
    const nowMs = plane.clock.refresh();
    this.#bytes = head.bytes;
    this.#start = head.start;
    this.#end = head.end;
    this.#hasBody = head.hasBody;
    this.#mayRepeat = !head.hasBody && REPEATABLE.has(head.method);
    const page = plane.challenges.isEmpty ? undefined : answerChallenge(plane.challenges, head, this.#arrival);
    if (page !== undefined) return this.#present(page);
    const route = this.#findRoute(head);
    const { accessLog } = plane;
    const note = accessLog && new AccessNote(accessLog, head, { arrival: this.#arrival, nowMs });
    if (route === undefined) return this.#refuseStray(head, note);
    this.#route = route;
    this.#visit = plane.traffic.begin(route.app, nowMs, note);
    const refusal = this.#decide(route, head, nowMs);
    return refusal === undefined ? this.#send(route, head) : this.#refuse(refusal, head);
  }

  /** A piece of the request's body, without framing, or of a tunnel. False: hold what follows back until `Visitor.resumeBody`. */
  sendBody(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#tunnel !== undefined) return this.#tunnel.receive(bytes, start, end);
    if (this.#upstream === undefined) return true;
    this.#visit?.received(end - start);
    this.#bodyBytes += end - start;
    const refusal = this.#route?.options === undefined ? undefined : refuseBody(this.#route, this.#bodyBytes);
    if (refusal === undefined) return this.#upstream.send(bytes, start, end);
    this.reject(refusal);
    return true;
  }

  /** Comes after each read of the visitor's connection that brought a head with a body or a piece of one. False as in `sendBody`. */
  flushBody(): boolean {
    return this.#upstream?.flush() ?? true;
  }

  /** Of these bytes pieces were sent as the body or in the tunnel, and the visitor does not use them any more. */
  freeBody(memory: Buffer): void {
    if (this.#upstream === undefined) freeMemory(memory);
    else this.#upstream.free(memory);
  }

  /** The request's body is whole; in a tunnel: the visitor sends no more, but listens. */
  endBody(trailers?: FieldList): void {
    if (this.#tunnel !== undefined) this.#tunnel.visitorEnded();
    else if (this.#hasBody) this.#upstream?.end(trailers);
  }

  /** What `Visitor.send` or `flush` said false about has gone out. */
  resumeAnswer(): void {
    this.#upstream?.resume();
  }

  /** The request turned out to be one that cannot be served: its body is malformed, or too slow. */
  reject(refusal: Refusal): void {
    if (this.#isOver) return;
    this.#upstream?.abort();
    this.#giveUp(refusal);
  }

  /** The visitor is gone: the app hears it at once, the visitor nothing more. Harmless after the end. */
  visitorLeft(): void {
    if (this.#isOver) return;
    if (this.#tunnel !== undefined) return this.#tunnel.visitorLeft();
    this.#upstream?.abort();
    this.#over();
  }

  /** Draining: ends politely. A tunnel is told "going away", a request without an answer gets a page, other answers are cut. */
  abort(): void {
    if (this.#tunnel !== undefined) this.#tunnel.goAway();
    else this.reject(STOPPED);
  }

  informed(head: AnswerHead): void {
    if (this.#way !== undefined) this.#visitor.inform(head, this.#way);
  }

  answered(head: AnswerHead): void {
    this.#hasAnswered = true;
    this.#bytes = undefined;
    this.#visit?.answered(head.status);
    if (this.#target !== undefined) this.#plane.desk.succeeded(this.#target);
    if (this.#way !== undefined) this.#visitor.answer(head, this.#way);
  }

  upgraded(head: AnswerHead): void {
    const visit = this.#visit;
    const upstream = this.#upstream;
    const way = this.#way;
    if (visit === undefined || upstream === undefined || way === undefined) return;
    this.#hasAnswered = true;
    this.#bytes = undefined;
    if (this.#target !== undefined) this.#plane.desk.succeeded(this.#target);
    visit.answered(head.status);
    visit.opened();
    const { clock, watch } = this.#plane;
    const over = (): void => this.#tunnelOver();
    this.#tunnel = new Tunnel({ clock, watch, visitor: this.#visitor, upstream, visit, idleMs: this.idleMs, over });
    this.#visitor.upgrade(head, way);
  }

  received(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#tunnel !== undefined) return this.#tunnel.send(bytes, start, end);
    this.#visit?.sent(end - start);
    return this.#visitor.send(bytes, start, end);
  }

  flushed(): boolean {
    return this.#visitor.flush();
  }

  finished(trailers: FieldList | undefined): void {
    if (this.#tunnel !== undefined) return this.#tunnel.appEnded();
    this.#over();
    this.#visitor.finish(trailers);
  }

  drained(): void {
    this.#visitor.resumeBody();
  }

  failed(failure: UpstreamFailure, reason?: string): void {
    const target = this.#target;
    this.#upstream = undefined;
    if (this.#tunnel !== undefined) return this.#tunnelOver();
    if (target === undefined) return;
    const { instance } = target;
    this.#plane.log('warn', 'an instance did not answer', { instance, failure, ...(reason && { reason }) });
    this.#plane.desk.failed(target, failure);
    if (this.#hasAnswered || !this.#tryAgain(failure, target)) this.#giveUp(refusalOfFailure(failure));
  }

  #findRoute(head: RequestHead): EdgeRoute | undefined {
    this.#arrival.hosts ??= new HostMemory();
    return this.#arrival.hosts.find(this.#plane.routes, head)?.find(head.bytes, head.targetStart, head.pathEnd);
  }

  #decide(route: EdgeRoute, head: RequestHead, nowMs: number): Refusal | undefined {
    const { decisions } = this.#plane;
    if (!needsDecision(decisions, route, this.#arrival.scheme)) return undefined;
    const underWay = this.#visit?.othersUnderWay ?? 0;
    return decide(decisions, route, gatherFacts(head, this.#arrival, { underWay, nowMs }));
  }

  #send(route: EdgeRoute, head: RequestHead): boolean {
    const cookies = route.options?.sticky === true ? cookiesOf(head) : undefined;
    const target = this.#plane.desk.choose(route, { tried: this.#tried, cookies });
    if ('code' in target) return this.#refuseWithout(target, route, head);
    this.#target = target;
    if (route.options?.history !== undefined && this.#tried === undefined) this.#remember(route, head);
    this.#flight = this.#plane.inFlight.to(target.instance);
    this.#flight.enter(this);
    return this.#open(head, route, target);
  }

  #refuseWithout(refusal: Refusal, { app, options, targets }: EdgeRoute, head: RequestHead): false {
    if (options?.wakes === true && targets.length === 0) this.#plane.knocks.ring(app, this.#plane.clock.nowMs);
    return this.#refuse(refusal, head);
  }

  #remember({ app, options, pathPrefix, stripPrefix }: EdgeRoute, { bytes, targetStart, pathEnd }: RequestHead): void {
    const start = stripPrefix && pathPrefix !== '/' ? targetStart + pathPrefix.length : targetStart;
    this.#plane.history.note(app, textOf(bytes, start, pathEnd) || '/', options?.history ?? 0);
  }

  #open(head: RequestHead, route: EdgeRoute, target: EdgeTarget): boolean {
    const arrival = this.#arrival;
    arrival.origin ??= createOrigin({ ...arrival.peer, scheme: arrival.scheme });
    const { origin } = arrival;
    const isRepeated = this.#isRepeated;
    const order = { head, route, target, origin, passage: findPassage(route, target), isRepeated };
    try {
      const upstream = this.#plane.roads[route.options?.protocol ?? 'http1'].open(order, this);
      this.#upstream = upstream;
      this.#way = createAnswerWay(this.#plane, order, arrival);
      if (!this.#hasBody) upstream.end(undefined);
      return upstream.isConnected;
    } catch (error) {
      this.failed('unconnected', String(error));
      return false;
    }
  }

  /** To another instance where none of its bytes were sent, to the same where that does no harm. */
  #tryAgain(failure: UpstreamFailure, target: EdgeTarget): boolean {
    this.#isRepeated = failure === 'stale' && this.#mayRepeat;
    if (!this.#isRepeated && failure !== 'unconnected') return false;
    const head = this.#readHead();
    // Meanwhile the route may lead to other instances.
    const route = head && this.#findRoute(head);
    if (head === undefined || route === undefined) return false;
    this.#route = route;
    if (this.#isRepeated) this.#open(head, route, target);
    else this.#sendElsewhere(head, route, target);
    return true;
  }

  #sendElsewhere(head: RequestHead, route: EdgeRoute, target: EdgeTarget): void {
    this.#flight?.leave(this);
    this.#tried ??= new Set();
    this.#tried.add(target.instance);
    if (this.#send(route, head) && this.#hasBody) this.#visitor.resumeBody();
  }

  #readHead(): RequestHead | undefined {
    if (this.#bytes === undefined) return undefined;
    const { requestHead } = this.#plane;
    requestHead.parse(this.#bytes, this.#start, this.#end);
    return requestHead;
  }

  /** There will be no answer of the app's, or no more of it. */
  #giveUp(refusal: Refusal): void {
    const head = this.#readHead();
    if (!this.#hasAnswered || this.#visitor.retract()) return void this.#refuse(refusal, head);
    this.#over();
    this.#visitor.cut();
  }

  #refuse(refusal: Refusal, head: RequestHead | undefined): false {
    const accept = head === undefined ? undefined : findField(head.fields, field.accept);
    const { errorPages } = this.#plane;
    if (head !== undefined && errorPages?.covers(statusOf(refusal)) === true)
      return this.#refuseBy(errorPages, refusal, { accept, url: textOf(head.bytes, head.targetStart, head.targetEnd) });
    const page = (head && this.#renderWaiting(refusal, head, accept)) ?? renderPage(refusal, accept);
    this.#visit?.answered(page.status);
    return this.#present(page);
  }

  #renderWaiting(refusal: Refusal, head: RequestHead, accept: string | undefined): Page | undefined {
    const { options, pathPrefix = '/' } = this.#route ?? {};
    return options?.waiting && renderWaiting(options.waiting, { refusal, head, accept, pathPrefix });
  }

  /** No route took it, and nobody counts it. */
  #refuseStray(head: RequestHead, note: AccessNote | undefined): false {
    if (note !== undefined) note.status = statusOf(NOWHERE);
    note?.end(this.#plane.clock.nowMs);
    return this.#refuse(NOWHERE, head);
  }

  #refuseBy(pages: ErrorPageSource, refusal: Refusal, asked: { accept: string | undefined; url: string }): false {
    const told = { ...refusal, status: pages.statusOf(statusOf(refusal)) };
    this.#upstream = undefined;
    this.#visit?.answered(told.status);
    void this.#presentBy(pages, told, asked);
    return false;
  }

  /** A page of the operator's own takes its time: who has left meanwhile gets none. */
  async #presentBy(
    pages: ErrorPageSource,
    refusal: Refusal & { readonly status: number },
    { url, accept }: { accept: string | undefined; url: string },
  ): Promise<void> {
    const page = await pages.find(refusal.status, url);
    if (!this.#isOver) this.#present(page ?? renderPage(refusal, accept));
  }

  #present(page: Page): false {
    this.#over();
    this.#visitor.present(page);
    return false;
  }

  #tunnelOver(): void {
    this.#upstream?.abort();
    this.#over();
    this.#visitor.cut();
  }

  #over(): void {
    this.#isOver = true;
    this.#bytes = undefined;
    this.#upstream = undefined;
    this.#tunnel?.stop();
    this.#flight?.leave(this);
    this.#visit?.ended(this.#plane.clock.refresh());
  }
}
