import { isProblem } from '@berth/spec/problem';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Action, actOnApp, actOnApps } from './act-on-app.ts';
import { removeApp } from './remove-app.ts';
import { showRelease } from './releases.ts';
import { abandon, appOf, deploy, deployed, observe, promote, settle } from './test-app.contract.ts';
import { ada, bob, openTestContext, setConnected, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(() => context.close());

const act = (verb: Action['verb'], rest: Omit<Action, 'verb'> = {}) =>
  actOnApp(context, ada, { name: 'blog', verb, ...rest });

/** How the app comes to be in the state that a row of the table is about. */
const states = {
  running: () => deployed(context, ada, 'blog'),
  stopped: async () => {
    await states.running();
    await act('stop');
    await settle(context, 'blog');
  },
  'being stopped': async () => {
    await states.running();
    observe(context, 'blog');
    await act('stop');
  },
  paused: async () => {
    await states.running();
    await act('pause');
    await settle(context, 'blog');
  },
  'deployed for the first time': () => deploy(context, ada, 'blog'),
  redeployed: async () => {
    await states.running();
    await deploy(context, ada, 'blog');
  },
  'never up': async () => {
    await deploy(context, ada, 'blog');
    await abandon(context, 'blog');
  },
  'being removed': async () => {
    await states.running();
    await removeApp(context, ada, { name: 'blog', volumes: [] });
  },
} satisfies Record<string, () => Promise<unknown>>;

type State = keyof typeof states;
const order: readonly State[] = [
  'running',
  'stopped',
  'being stopped',
  'paused',
  'deployed for the first time',
  'redeployed',
  'never up',
  'being removed',
];
const busy = 'operation-in-progress';
const wrong = 'wrong-state';

/** What becomes of `desired`, or the problem, in the order of the states above. */
const table: Record<Action['verb'], readonly string[]> = {
  start: ['running', 'running', 'running', wrong, busy, busy, wrong, wrong],
  stop: ['stopped', 'stopped', 'stopped', 'stopped', 'stopped', 'stopped', 'stopped', wrong],
  pause: ['paused', wrong, wrong, wrong, busy, busy, wrong, wrong],
  unpause: [wrong, wrong, wrong, 'running', busy, busy, wrong, wrong],
  restart: ['running', 'running', 'running', 'running', busy, busy, wrong, wrong],
  kill: ['stopped', wrong, 'stopped', 'stopped', 'stopped', 'stopped', 'stopped', wrong],
  reset: ['running', 'stopped', 'stopped', 'running', busy, busy, wrong, wrong],
  scale: ['running', 'stopped', 'stopped', 'paused', busy, busy, wrong, wrong],
  maintenance: ['running', 'stopped', 'stopped', 'paused', busy, busy, 'running', wrong],
  rollback: [
    'release-not-found',
    'release-not-found',
    'release-not-found',
    'release-not-found',
    'release-not-found',
    'release-not-found',
    'release-not-found',
    'release-not-found',
  ],
};

const needs: Partial<Record<Action['verb'], Partial<Action>>> = {
  scale: { replicas: 3 },
  maintenance: { message: 'Back at noon.' },
};

describe.each(Object.entries(table) as [Action['verb'], readonly string[]][])('%s', (verb, outcomes) => {
  test.each(order.map((state, index) => [state, outcomes[index]]))('an app that is %s: %s', async (state, outcome) => {
    await states[state]();
    const result = await act(verb, needs[verb] ?? {}).catch((error: unknown) => error);
    expect(isProblem(result) ? result.code : appOf(context, 'blog').desired).toBe(outcome);
  });
});

describe('start', () => {
  test('starts again what ended by itself, and leaves what runs alone', async () => {
    await deployed(context, ada, { name: 'blog', restart: 'never' });
    const { desiredSince } = appOf(context, 'blog');
    const { id } = observe(context, 'blog');
    context.clock.advance(1000);
    await act('start');
    expect(appOf(context, 'blog').desiredSince).toBe(desiredSince);
    observe(context, 'blog', { id, state: 'exited', exitCode: 1, finishedAt: context.clock.now() });
    context.clock.advance(1000);
    await act('start');
    expect(appOf(context, 'blog')).toMatchObject({ desired: 'running', desiredSince: context.clock.now() });
  });
});

describe('reset', () => {
  test.each([
    ['running', undefined, 'running'],
    ['running', false, 'stopped'],
    ['stopped', undefined, 'stopped'],
    ['stopped', true, 'running'],
  ] as const)('of an app that is %s, with started %s, leaves it %s', async (state, started, desired) => {
    await states[state]();
    await act('reset', { started });
    expect(appOf(context, 'blog')).toMatchObject({ desired, target: { release: 1, generation: 2 } });
  });
});

describe('maintenance', () => {
  test('shows visitors a message until it is over, and makes no release', async () => {
    await deployed(context, ada, 'blog');
    const { operation } = await act('maintenance', { message: 'Back at noon.' });
    expect(operation).toMatchObject({ kind: 'maintenance', revision: null });
    expect(appOf(context, 'blog')).toMatchObject({ maintenance: 'Back at noon.', target: null, lastRelease: 1 });
    await act('maintenance', { message: null });
    expect(appOf(context, 'blog')).toMatchObject({ maintenance: null, lastRelease: 1 });
  });

  test('goes on while the app is deployed', async () => {
    await deployed(context, ada, 'blog');
    await act('maintenance', { message: 'Back at noon.' });
    await deployed(context, ada, 'blog');
    expect(appOf(context, 'blog')).toMatchObject({ maintenance: 'Back at noon.', lastRelease: 2 });
  });

  test('needs to be told what visitors read, or that it is over', async () => {
    await deployed(context, ada, 'blog');
    await expect(act('maintenance')).rejects.toMatchObject({ facts: { errors: [{ field: 'message' }] } });
  });
});

describe('a verb', () => {
  test('gives an operation that can be followed, and counts the version up', async () => {
    const before = await deployed(context, ada, 'blog');
    const { app, operation } = await act('stop');
    expect(operation).toMatchObject({
      kind: 'stop',
      state: 'running',
      phase: 'accepted',
      actor: 'ada',
      appName: 'blog',
    });
    expect(app.version).toBe(before.version + 1);
    expect(context.ledger.books.operations.get(app.id)).toEqual(operation);
  });

  test('is refused when the app has changed since it was read', async () => {
    const { version } = await deployed(context, ada, 'blog');
    await actOnApp(context, ada, { name: 'blog', verb: 'stop', ifMatch: [version] });
    const again = actOnApp(context, ada, { name: 'blog', verb: 'start', ifMatch: [version] });
    await expect(again).rejects.toMatchObject({ code: 'precondition-failed' });
  });

  test('as a dry run says what would be and changes nothing', async () => {
    await deployed(context, ada, 'blog');
    const before = structuredClone(context.ledger.books);
    const { app } = await actOnApp(context, ada, { name: 'blog', verb: 'stop', dryRun: true });
    expect(app.desired).toBe('stopped');
    expect(context.ledger.books).toEqual(before);
  });

  test('is refused while the engine does not answer', async () => {
    await deployed(context, ada, 'blog');
    setConnected(context, 'local', false);
    await expect(act('stop')).rejects.toMatchObject({ code: 'engine-unreachable' });
  });

  test('takes the place of the one before it', async () => {
    await deployed(context, ada, 'blog');
    const first = await act('stop');
    await act('start');
    const ended = await context.store.findOperation(first.operation.id);
    expect(ended).toMatchObject({ state: 'superseded', phase: 'done', problem: { code: 'operation-superseded' } });
  });

  test('scale needs to be told how many', async () => {
    await deployed(context, ada, 'blog');
    await expect(act('scale')).rejects.toMatchObject({
      code: 'validation-failed',
      facts: { errors: [{ field: 'replicas' }] },
    });
    expect((await act('scale', { replicas: 0 })).app.replicas).toBe(0);
  });
});

describe('a roll-out that is given up', () => {
  test.each([
    ['stop', () => act('stop')],
    ['kill', () => act('kill')],
    ['remove', () => removeApp(context, ada, { name: 'blog', volumes: [] })],
  ] as const)('by a %s fails its release, and what served goes on being the release', async (verb, perform) => {
    await deployed(context, ada, 'blog');
    await deploy(context, ada, { name: 'blog', image: 'example/app:2' });
    await perform();
    const reason = `Given up: a ${verb} took its place.`;
    expect(await showRelease(context, ada, { name: 'blog', number: 2 })).toMatchObject({ state: 'failed', reason });
    expect(appOf(context, 'blog')).toMatchObject({ target: null, serving: { release: 1 }, failure: reason });
  });

  test('for a newer deploy, after a first one was stopped, fails its release too', async () => {
    await deploy(context, ada, 'blog');
    await act('stop');
    expect(appOf(context, 'blog').target).toMatchObject({ release: 1 });
    await deploy(context, ada, 'blog');
    expect(await showRelease(context, ada, { name: 'blog', number: 1 })).toMatchObject({
      state: 'failed',
      reason: 'Given up: a deploy took its place.',
    });
    expect(appOf(context, 'blog')).toMatchObject({ target: { release: 2 }, failure: null });
  });

  test('is no failure of a release that served: a stopped restart leaves it serving', async () => {
    await deployed(context, ada, 'blog');
    await act('restart');
    await act('stop');
    expect(await showRelease(context, ada, { name: 'blog', number: 1 })).toMatchObject({
      state: 'serving',
      reason: null,
    });
  });
});

describe('a verb for several apps', () => {
  test('fares with each on its own: one refusal holds up no other', async () => {
    await Promise.all([deployed(context, ada, 'one'), deployed(context, ada, 'two'), deployed(context, bob, 'three')]);
    const outcomes = await actOnApps(context, ada, { names: ['one', 'missing', 'three', 'two', 'one'], verb: 'stop' });
    expect(outcomes.map(({ app, accepted, problem }) => [app, accepted?.operation.kind ?? problem?.code])).toEqual([
      ['one', 'stop'],
      ['missing', 'app-not-found'],
      ['three', 'app-not-found'],
      ['two', 'stop'],
    ]);
    expect(appOf(context, 'three').desired).toBe('running');
  });

  test('takes few commits, however many apps there are', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `app-${index}`);
    await Promise.all(names.map((name) => deploy(context, ada, name)));
    for (const name of names) await promote(context, name);
    const before = context.ledger.revision;
    await actOnApps(context, ada, { names, verb: 'stop' });
    expect(context.ledger.revision - before).toBeLessThanOrEqual(2);
  });
});
