import { isProblem, Problem, type ProblemCode } from '@berth/spec/problem';
import type { OperationPhase } from '@berth/spec/operation';
import type { App } from '../core/app.ts';
import { isLost } from '../core/app-life.ts';
import { backOffMs } from '../core/back-off.ts';
import { releasesOf } from '../core/books.ts';
import type { Instance } from '../core/instance.ts';
import { outcomeOf } from '../core/outcome.ts';
import { plan } from '../core/plan.ts';
import { type Plan, type Step, stepKey } from '../core/step.ts';
import { lifeSituation } from '../use-cases/expire-app.ts';
import { Gate } from './gate.ts';
import type { Lookout } from './lookout.ts';
import { perform } from './perform.ts';
import type { Prober } from './prober.ts';
import type { Router } from './router.ts';
import { abandonRevision, readLogTail, settleOperation } from './verdict.ts';
import type { World } from './world.ts';

/** What is going on about one app. */
interface Desk {
  readonly busy: Map<string, AbortController>;
  scheduled: boolean;
  cancelWake: () => void;
  /** Steps that failed in a row, and until when none is tried again. */
  failures: number;
  notBefore: number;
}

interface Attempt {
  readonly app: App;
  readonly desk: Desk;
  readonly key: string;
}

/** Makes every app's wish true, again and again: each change marks the app dirty, each pass decides anew from all there is. */
export class Reconciler {
  readonly #world: World;
  readonly #lookout: Lookout;
  readonly #prober: Prober;
  readonly #router: Router;
  readonly #desks = new Map<string, Desk>();
  readonly #gates = new Map<string, Gate>();
  #stopped = false;

  constructor(world: World, parts: { lookout: Lookout; prober: Prober; router: Router }) {
    this.#world = world;
    this.#lookout = parts.lookout;
    this.#prober = parts.prober;
    this.#router = parts.router;
  }

  /** Looks at the app soon; many calls before that lead to one look. */
  mark(appId: string): void {
    const desk = this.#desk(appId);
    if (desk.scheduled || this.#stopped) return;
    desk.scheduled = true;
    setImmediate(() => {
      desk.scheduled = false;
      this.#converge(appId, desk);
    });
  }

  /** The wish has changed: earlier failures say nothing about it. */
  markChanged(appId: string): void {
    const desk = this.#desk(appId);
    desk.failures = 0;
    desk.notBefore = 0;
    this.mark(appId);
  }

  markAll(): void {
    for (const appId of this.#world.ledger.books.apps.keys()) this.mark(appId);
  }

  /** Lets nothing new begin. Steps under way end by themselves; what they leave is picked up by the next start. */
  stop(): void {
    this.#stopped = true;
    for (const desk of this.#desks.values()) {
      desk.cancelWake();
      for (const controller of desk.busy.values()) controller.abort();
    }
  }

  #converge(appId: string, desk: Desk): void {
    const app = this.#world.ledger.books.apps.get(appId);
    if (app === undefined) return this.#close(appId, desk);
    if (this.#stopped || !this.#world.fleet.engine(app.engine).connected) return;
    this.#prober.followApp(appId);
    desk.cancelWake();
    const decided = plan(this.#situation(app, desk));
    this.#route(app, desk, decided);
    const held = desk.notBefore > this.#world.clock.now();
    if (!held) for (const step of this.#due(app, decided)) this.#launch(app, desk, step);
    const wakeAt = held ? desk.notBefore : decided.wakeAt;
    if (wakeAt !== null) this.#wakeAt(appId, desk, wakeAt);
    if (desk.busy.size === 0) this.#tellProbing(app, this.#world.fleet.instancesOf(app.id));
    this.#judge(app, desk, decided);
  }

  /** What ends for good once somebody removed it is not made again. */
  #due(app: App, { steps }: Plan): readonly Step[] {
    const isOver = isLost(lifeSituation(this.#world, app));
    return isOver ? steps.filter((step) => step.do !== 'create') : steps;
  }

  #situation(app: App, desk: Desk) {
    const instances = this.#world.fleet.instancesOf(app.id);
    return {
      app,
      releases: releasesOf(this.#world.ledger.books, app.id),
      instances,
      busy: new Set(desk.busy.keys()),
      now: this.#world.clock.now(),
    };
  }

  #route(app: App, desk: Desk, { serve }: Plan): void {
    const wanted = this.#router.wanted(app, new Set(serve));
    if (desk.busy.has('route')) return;
    if (this.#router.isCurrent(app.id, wanted)) return this.#router.settle(app.id, wanted);
    void this.#run({ app, desk, key: 'route' }, () => this.#router.apply(app.id, wanted));
  }

  #launch(app: App, desk: Desk, step: Step): void {
    const engine = this.#world.engines.get(app.engine);
    if (engine === undefined) return;
    const gate = this.#gates.get(engine.name) ?? new Gate(this.#world.limits.parallel);
    this.#gates.set(engine.name, gate);
    this.#tellPhase(app, stages[step.do]);
    const world = this.#world;
    void this.#run({ app, desk, key: stepKey(step) }, async (signal) => {
      try {
        await perform({ world, lookout: this.#lookout, engine, gate, app, signal }, step);
      } catch (error) {
        await this.#refused({ app, desk, step }, error);
      }
    });
  }

  async #run(attempt: Attempt, task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { app, desk, key } = attempt;
    const controller = new AbortController();
    desk.busy.set(key, controller);
    try {
      await task(controller.signal);
      desk.failures = 0;
    } catch (error) {
      this.#count(app, desk, error);
    }
    desk.busy.delete(key);
    this.mark(app.id);
  }

  /** Failed steps are tried again later and later; the first success forgets them. */
  #count(app: App, desk: Desk, error: unknown): void {
    desk.failures += 1;
    desk.notBefore = this.#world.clock.now() + Math.max(100, backOffMs(desk.failures, this.#world.clock.random()));
    const reason = error instanceof Error ? error.message : 'unknown';
    if (!this.#stopped)
      this.#world.log.warn(
        { app: app.name, reason, failures: desk.failures, ...(isProblem(error) ? {} : { error }) },
        'step failed',
      );
  }

  /** What will not get better by trying again ends the operation; the wish stays, and is tried again later and later. */
  async #refused(attempt: { app: App; desk: Desk; step: Step }, error: unknown): Promise<void> {
    const { app, desk, step } = attempt;
    if (isProblem(error, 'instance-not-found') && 'instance' in step && step.instance !== null) {
      this.#world.fleet.remove(step.instance);
      return;
    }
    const engine = this.#world.engines.get(app.engine);
    if (engine !== undefined && error instanceof Problem && isFinal(error)) {
      const operation = this.#world.ledger.books.operations.get(app.id);
      if ('revision' in step)
        await abandonRevision(
          { world: this.#world, engine, app },
          { revision: step.revision, reason: error.message, instance: null, code: error.code },
        );
      else if (operation !== undefined && desk.failures >= 2)
        await settleOperation(this.#world, operation, { detail: error.message, problem: error });
    }
    throw error;
  }

  #tellPhase(app: App, stage: Stage): void {
    const operation = this.#world.ledger.books.operations.get(app.id);
    if (operation !== undefined) this.#world.progress.set(operation.id, { ...stage, part: null });
  }

  /** Nothing to do but to wait for instances that are starting up. */
  #tellProbing(app: App, instances: readonly Instance[]): void {
    const starting = instances.filter(({ state, watch }) => state === 'running' && watch.health === 'starting').length;
    if (starting === 0) return;
    this.#tellPhase(app, {
      phase: 'probing',
      detail: `Waiting for ${starting} ${starting === 1 ? 'instance' : 'instances'} to answer.`,
    });
  }

  #judge(app: App, desk: Desk, decided: Plan): void {
    const operation = this.#world.ledger.books.operations.get(app.id);
    if (operation === undefined || desk.busy.has('judge')) return;
    const outcome = outcomeOf(operation, app, this.#world.fleet.instancesOf(app.id));
    if (outcome.state === 'running' || !this.#isQuiet(app, desk, decided)) return;
    const engine = this.#world.engines.get(app.engine);
    void this.#run({ app, desk, key: 'judge' }, async () => {
      if (outcome.state === 'succeeded') return settleOperation(this.#world, operation, { detail: 'Done.' });
      const logTail =
        outcome.instance === null || engine === undefined ? [] : await readLogTail(engine, outcome.instance);
      await settleOperation(this.#world, operation, {
        detail: outcome.reason,
        problem: new Problem('instance-failed', outcome.reason),
        logTail,
      });
    });
  }

  /** An operation has ended well only once the routes say the same as the plan. */
  #isQuiet(app: App, desk: Desk, decided: Plan): boolean {
    if (desk.busy.has('route')) return false;
    return this.#router.isCurrent(app.id, this.#router.wanted(app, new Set(decided.serve)));
  }

  #wakeAt(appId: string, desk: Desk, at: number): void {
    desk.cancelWake();
    desk.cancelWake = this.#world.clock.after(Math.max(0, at - this.#world.clock.now()), () => this.mark(appId));
  }

  #close(appId: string, desk: Desk): void {
    desk.cancelWake();
    this.#prober.sweep();
    this.#desks.delete(appId);
    this.#router
      .forget(appId)
      .catch((error: unknown) =>
        this.#world.log.warn({ error }, 'routes of a removed app stay until the edge is back'),
      );
  }

  #desk(appId: string): Desk {
    const known = this.#desks.get(appId);
    if (known !== undefined) return known;
    const desk: Desk = { busy: new Map(), scheduled: false, cancelWake: () => {}, failures: 0, notBefore: 0 };
    this.#desks.set(appId, desk);
    return desk;
  }
}

interface Stage {
  readonly phase: OperationPhase;
  readonly detail: string;
}

const stages: Record<Step['do'], Stage> = {
  resolve: { phase: 'pulling', detail: 'Looking for the image.' },
  create: { phase: 'creating', detail: 'Creating instances.' },
  start: { phase: 'starting', detail: 'Starting instances.' },
  pause: { phase: 'stopping', detail: 'Pausing instances.' },
  unpause: { phase: 'starting', detail: 'Letting instances go on.' },
  drain: { phase: 'draining', detail: 'Letting requests in flight end.' },
  stop: { phase: 'stopping', detail: 'Stopping instances.' },
  kill: { phase: 'stopping', detail: 'Killing instances.' },
  remove: { phase: 'removing', detail: 'Removing instances.' },
  promote: { phase: 'routing', detail: 'The routes lead to the new instances.' },
  abandon: { phase: 'stopping', detail: 'Giving the release up.' },
  forget: { phase: 'removing', detail: 'Removing what belonged to the app.' },
};

/** Retryable by a caller later, but no reason to keep a roll-out waiting. */
const rolloutEnding: ReadonlySet<ProblemCode> = new Set([
  'engine-conflict',
  'registry-unreachable',
  'engine-failed',
  'engine-disk-full',
]);

function isFinal(problem: Problem): boolean {
  return !problem.retryable || rolloutEnding.has(problem.code);
}
