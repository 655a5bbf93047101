import { AppSpec } from '@berth/spec/app-spec';
import { type App, type Release, type Revision, sameRevision } from './app.ts';
import { type Instance, isReady, newWatch } from './instance.ts';
import { plan } from './plan.ts';
import type { Situation } from './situation.ts';
import type { Plan, Step } from './step.ts';

/** One app in a world of literals, where every step does what it says. For properties of `plan`. */
export interface SimulatedWorld {
  app: App;
  releases: Map<number, Release>;
  instances: Instance[];
  now: number;
  forgotten: boolean;
}

export function simulatedApp(wish: Partial<App> = {}): App {
  return {
    id: 'app-1',
    name: 'shop',
    owner: 'ann',
    engine: 'local',
    desired: 'running',
    desiredSince: 0,
    urgent: false,
    removing: null,
    replicas: 1,
    domains: [],
    route: {},
    life: {},
    spawn: null,
    maintenance: null,
    target: null,
    serving: null,
    takeover: 'beside',
    failure: null,
    lastRelease: 2,
    lastGeneration: 2,
    version: 1,
    createdAt: 0,
    updatedAt: 0,
    ...wish,
  };
}

export function simulatedRelease(number: number, known: Partial<Release> = {}): Release {
  return {
    appId: 'app-1',
    number,
    state: 'pending',
    spec: AppSpec.parse({ image: 'shop:1' }),
    imageId: `sha256:${number}`,
    digest: null,
    servedPort: 8080,
    reason: null,
    createdBy: 'ann',
    createdAt: 0,
    servingSince: null,
    ...known,
  };
}

export function simulatedInstance(id: string, known: Partial<Instance> & { revision: Revision }): Instance {
  const { revision, ...rest } = known;
  const address = { host: '10.0.0.1', port: 8080 };
  return {
    id,
    appId: 'app-1',
    ...revision,
    slot: 0,
    state: 'running',
    createdAt: 0,
    startedAt: 0,
    finishedAt: null,
    exitCode: null,
    outOfMemory: false,
    error: '',
    address,
    published: [],
    watch: newWatch,
    ...rest,
  };
}

export function situationOf(world: SimulatedWorld, busy: ReadonlySet<string> = new Set()): Situation {
  return { app: world.app, releases: world.releases, instances: world.instances, busy, now: world.now };
}

/** Plans once, and does all of it; calls back after each single thing done. */
export function turn(world: SimulatedWorld, after: (done: Step | 'route') => void = () => {}): Plan {
  probe(world);
  const decided = plan(situationOf(world));
  route(world, decided.serve);
  after('route');
  for (const step of decided.steps) {
    perform(world, step);
    after(step);
  }
  return decided;
}

/** Who runs and has not been asked yet answers well. */
function probe(world: SimulatedWorld): void {
  world.instances = world.instances.map((one) => {
    const unasked = one.state === 'running' && (one.watch.health === 'unknown' || one.watch.health === 'starting');
    return unasked ? watched(one, { health: 'healthy' }) : one;
  });
}

function route(world: SimulatedWorld, serve: readonly string[]): void {
  const targets = new Set(serve);
  world.instances = world.instances.map((one) => watched(one, { routedAs: targets.has(one.id) ? 'there' : null }));
}

function watched(instance: Instance, watch: Partial<Instance['watch']>): Instance {
  return { ...instance, watch: { ...instance.watch, ...watch } };
}

function change(world: SimulatedWorld, id: string, next: (instance: Instance) => Instance): void {
  world.instances = world.instances.map((one) => (one.id === id ? next(one) : one));
}

/** A started instance is well at once: what takes time is not what these properties are about. */
function start(world: SimulatedWorld, instance: Instance): Instance {
  return watched({ ...instance, state: 'running', startedAt: world.now }, { health: 'healthy', drained: false });
}

function end(world: SimulatedWorld, instance: Instance): Instance {
  return watched(
    { ...instance, state: 'exited', finishedAt: world.now, exitCode: 137 },
    { health: 'unknown', drained: false, failures: 0 },
  );
}

const performers: { [Verb in Step['do']]: (world: SimulatedWorld, step: Extract<Step, { do: Verb }>) => void } = {
  resolve: (world, { revision }) => {
    const release = world.releases.get(revision.release);
    if (release !== undefined) world.releases.set(release.number, { ...release, imageId: 'sha256:found' });
  },
  create: (world, { revision, slot }) => {
    const id = `new-${revision.release}.${revision.generation}-${slot}-${world.now}`;
    world.instances = [
      ...world.instances,
      simulatedInstance(id, { revision, slot, state: 'created', startedAt: null }),
    ];
  },
  start: (world, { instance }) => change(world, instance, (one) => start(world, one)),
  pause: (world, { instance }) => change(world, instance, (one) => ({ ...one, state: 'paused' })),
  unpause: (world, { instance }) => change(world, instance, (one) => ({ ...one, state: 'running' })),
  drain: (world, { instance }) => change(world, instance, (one) => watched(one, { drained: true })),
  stop: (world, { instance }) => change(world, instance, (one) => end(world, one)),
  kill: (world, { instance }) => change(world, instance, (one) => end(world, one)),
  remove: (world, { instance }) => {
    world.instances = world.instances.filter((one) => one.id !== instance);
  },
  promote: (world, { revision }) => {
    world.app = { ...world.app, serving: revision, target: null };
  },
  abandon: (world) => {
    world.app = { ...world.app, target: null };
  },
  forget: (world) => {
    world.forgotten = true;
  },
};

function perform(world: SimulatedWorld, step: Step): void {
  world.now += 1;
  const performer = performers[step.do] as (world: SimulatedWorld, step: Step) => void;
  performer(world, step);
}

/** Ids of the instances that are routed to and can answer. */
export function reachable(world: SimulatedWorld): string[] {
  return world.instances.filter((one) => isReady(one) && one.watch.routedAs !== null).map((one) => one.id);
}

export function isOfServing(world: SimulatedWorld, instance: Instance): boolean {
  return sameRevision(instance, world.app.serving);
}
