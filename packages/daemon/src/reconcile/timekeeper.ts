import { releasesOf } from '../core/books.ts';
import type { App } from '../core/app.ts';
import type { Instance } from '../core/instance.ts';
import { appUptimeState, instanceMarks, type UptimeBefore, type UptimeSight } from '../core/uptime-observation.ts';
import { engineRecordId, type InstanceRecord, type UptimeRecord } from '../core/uptime-record.ts';
import type { UptimeMark } from '../core/uptime.ts';
import type { EngineEvent } from '../ports/engine.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Lookout } from './lookout.ts';
import type { World } from './world.ts';

interface Freeze {
  readonly action: 'pause' | 'unpause';
  readonly atMs: number;
}

interface InstanceChange extends UptimeMark {
  readonly instance: string;
}

/** Writes down what runs when, from what is observed, and since when nothing is. */
export class Timekeeper {
  readonly #world: World;
  readonly #lookout: Lookout;
  /** By instance: the start that was seen last. */
  readonly #startedAt = new Map<string, number | null>();
  readonly #freezes = new Map<string, Freeze>();
  readonly #heartbeat: Heartbeat;
  #isOpen = false;

  constructor(world: World, lookout: Lookout) {
    this.#world = world;
    this.#lookout = lookout;
    this.#heartbeat = new Heartbeat(world.clock, {
      everyMs: world.limits.seenMs,
      onSetBack: (now) => this.#cutFuture(now),
      onGap: (since, until) => this.#leaveOut(since, until),
      onBeat: () =>
        void world.uptime.flush().catch((error: unknown) => world.log.warn({ error }, 'uptime is not written')),
    });
  }

  /** Goes on with the records of before; the time since that process saw anything is unknown. */
  async start(): Promise<void> {
    const { uptime, clock, engines } = this.#world;
    const seenUntil = await uptime.load();
    for (const record of uptime.list())
      if (record.kind === 'engine') uptime.note(record, { at: seenUntil ?? clock.now(), state: 'unknown' });
    this.#isOpen = true;
    for (const name of engines.keys()) if (this.#isWatched(name)) this.engineFound(name);
    this.#heartbeat.start();
  }

  /** Until now all was seen. */
  async stop(): Promise<void> {
    this.#heartbeat.stop();
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#world.uptime.flush();
  }

  /** The picture of the engine is whole from now on. */
  engineFound(name: string): void {
    if (!this.#isOpen) return;
    const { uptime, ledger } = this.#world;
    this.#noteEngine(name, { at: this.#world.clock.now(), state: 'running' });
    for (const app of ledger.books.apps.values()) if (app.engine === name) this.look(app.id);
    for (const { id, kind } of uptime.list()) if (kind === 'app' && !ledger.books.apps.has(id)) this.#endAll(id);
  }

  /** Since `at` nothing is known of the engine. */
  engineLost(name: string, at: number): void {
    if (this.#isOpen) this.#noteEngine(name, { at, state: 'unknown' });
  }

  /** Remembers when a container was paused or went on: its engine says so in the event alone. */
  hear({ action, id, atMs }: EngineEvent): void {
    if (action !== 'pause' && action !== 'unpause') return;
    const isPaused = this.#world.uptime.find(id)?.last?.state === 'paused';
    // An event that comes after the change was seen says nothing of the next one.
    if (isPaused !== (action === 'pause')) this.#freezes.set(id, { action, atMs });
  }

  /** Notes what has changed of an app and its instances; at once, so that nothing is missed that comes and goes. */
  look(appId: string): void {
    if (!this.#isOpen) return;
    const { ledger, uptime, fleet, clock } = this.#world;
    const app = ledger.books.apps.get(appId);
    if (app === undefined) return this.#endAll(appId);
    if (!this.#isWatched(app.engine)) return;
    const states = new Map(instanceRecords(uptime.listOf(appId)).map(({ id, last }) => [id, last?.state ?? 'unknown']));
    const changes = fleet.instancesOf(appId).flatMap((instance) => this.#lookAt(app, instance));
    for (const { instance, at, state } of changes.toSorted((one, other) => one.at - other.at)) {
      states.set(instance, state);
      this.#noteApp(app, [...states.values()], at);
    }
    for (const id of this.#endGone(appId)) states.delete(id);
    this.#noteApp(app, [...states.values()], clock.now());
  }

  #lookAt(app: App, instance: Instance): InstanceChange[] {
    const { uptime, clock } = this.#world;
    const marks = instanceMarks(this.#before(instance), instance, this.#sight(app, instance));
    this.#startedAt.set(instance.id, instance.startedAt);
    const record = uptime.find(instance.id) ?? newInstanceRecord(app, instance, marks[0]?.at ?? clock.now());
    for (const mark of marks) uptime.note(record, mark);
    return marks.map((mark) => ({ ...mark, instance: instance.id }));
  }

  #before({ id }: Instance): UptimeBefore | undefined {
    const last = this.#world.uptime.find(id)?.last ?? undefined;
    return last && { state: last.state, startedAt: this.#startedAt.get(id) ?? null };
  }

  #sight(app: App, instance: Instance): UptimeSight {
    const release = releasesOf(this.#world.ledger.books, app.id).get(instance.release);
    return {
      app,
      restart: release?.spec.restart ?? 'always',
      expected: this.#lookout.isExpected(instance.id),
      freezeAt: this.#takeFreeze(instance),
      watchedSince: this.#watchedSince(app.engine),
      now: this.#world.clock.now(),
    };
  }

  #takeFreeze({ id, state }: Instance): number | null {
    const freeze = this.#freezes.get(id);
    if (freeze === undefined || (state === 'paused') !== (freeze.action === 'pause')) return null;
    this.#freezes.delete(id);
    return freeze.atMs;
  }

  #noteApp(app: App, instances: readonly UptimeMark['state'][], at: number): void {
    const { id, name, owner, engine, createdAt } = app;
    const known = this.#world.uptime.find(id);
    const isNew = known === undefined && createdAt >= this.#watchedSince(engine);
    const begunAt = known?.begunAt ?? createdAt;
    const record = { kind: 'app', id, name, owner, engine, begunAt, endedAt: null, last: null } as const;
    const state = appUptimeState(app, instances, known?.last?.state);
    this.#world.uptime.note(record, { at: isNew ? createdAt : at, state });
  }

  #noteEngine(name: string, mark: UptimeMark): void {
    const { uptime } = this.#world;
    const id = engineRecordId(name);
    const begunAt = uptime.find(id)?.begunAt ?? mark.at;
    uptime.note({ id, kind: 'engine', engine: name, begunAt, endedAt: null, last: null }, mark);
  }

  /** Instances that are no more in the picture have been removed. */
  #endGone(appId: string): string[] {
    const { fleet, uptime } = this.#world;
    const gone = instanceRecords(uptime.listOf(appId)).filter(({ id }) => fleet.find(id) === undefined);
    for (const { id } of gone) this.#end(id);
    return gone.map(({ id }) => id);
  }

  #endAll(appId: string): void {
    for (const { id } of this.#world.uptime.listOf(appId)) this.#end(id);
  }

  #end(recordId: string): void {
    this.#world.uptime.end(recordId, this.#world.clock.now());
    this.#startedAt.delete(recordId);
    this.#freezes.delete(recordId);
  }

  #isWatched(engine: string): boolean {
    return this.#world.fleet.engine(engine).connected;
  }

  #watchedSince(engine: string): number {
    return this.#world.uptime.find(engineRecordId(engine))?.last?.at ?? 0;
  }

  /** The clock was set back: what was written of a time that is yet to come was wrong, what is now is not. */
  #cutFuture(now: number): void {
    const { uptime } = this.#world;
    for (const record of uptime.list())
      if (record.last !== null && record.last.at > now) uptime.note(record, { at: now, state: record.last.state });
  }

  /** Nobody looked for a while. */
  #leaveOut(since: number, until: number): void {
    for (const name of this.#world.engines.keys()) {
      if (!this.#isWatched(name)) continue;
      this.#noteEngine(name, { at: since, state: 'unknown' });
      this.#noteEngine(name, { at: until, state: 'running' });
    }
  }
}

function instanceRecords(records: readonly UptimeRecord[]): InstanceRecord[] {
  return records.filter((record) => record.kind === 'instance');
}

function newInstanceRecord(app: App, instance: Instance, begunAt: number): InstanceRecord {
  const { id, release, slot } = instance;
  return { kind: 'instance', id, appId: app.id, engine: app.engine, release, slot, begunAt, endedAt: null, last: null };
}
