import type { Instance } from '../core/instance.ts';
import * as fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../use-cases/context.ts';
import { readUptime, type UptimeAnswer } from '../use-cases/read-uptime.ts';
import { appOf, deployed, observe } from '../use-cases/test-app.contract.ts';
import { openTestContext, root, setConnected, type TestContext } from '../use-cases/test-context.contract.ts';
import { Lookout } from './lookout.ts';
import { Timekeeper } from './timekeeper.ts';
import type { World } from './world.ts';

const seenMs = 60_000;
const second = 1000;
const yearMs = 365 * 86_400 * second;

let context: TestContext;
let keeping: Keeping;
let begin: number;
beforeEach(async () => {
  context = await openTestContext();
  keeping = await keep(context);
  begin = context.clock.now();
  await deployed(context, root, 'shop');
});
afterEach(() => context.close());

interface Keeping {
  readonly timekeeper: Timekeeper;
  readonly lookout: Lookout;
  readonly end: () => void;
}

/** As the control loop does. */
async function keep(given: Context): Promise<Keeping> {
  const limits = { log: { maxSizeBytes: 1, maxFiles: 1 }, parallel: 1, resyncMs: 1, seenMs };
  const world: World = { ...given, limits, probe: async () => null, log: pino({ level: 'silent' }) };
  const lookout = new Lookout(world);
  const timekeeper = new Timekeeper(world, lookout);
  const ends = [
    world.fleet.listen((appId) => timekeeper.look(appId)),
    world.ledger.listen({ onApps: (ids) => ids.forEach((id) => timekeeper.look(id)) }),
  ];
  await timekeeper.start();
  return { timekeeper, lookout, end: () => ends.forEach((end) => end()) };
}

function pass(seconds: number): void {
  context.clock.advance(seconds * second);
}

function start(known: Partial<Instance> = {}): Instance {
  return observe(context, 'shop', { startedAt: context.clock.now(), ...known });
}

function change(instance: Instance, known: Partial<Instance>): Instance {
  const changed = { ...instance, ...known };
  context.fleet.put(changed);
  return changed;
}

function exit(instance: Instance, known: Partial<Instance> = {}): Instance {
  return change(instance, { state: 'exited', exitCode: 1, finishedAt: context.clock.now(), ...known });
}

async function wish(known: Partial<ReturnType<typeof appOf>>): Promise<void> {
  await context.ledger.write(() => ({
    changes: [{ kind: 'app.put', app: { ...appOf(context, 'shop'), ...known } }],
    result: null,
  }));
}

function ask(more: Partial<Parameters<typeof readUptime>[2]> = {}, from: Context = context): Promise<UptimeAnswer> {
  return readUptime(from, root, { name: 'shop', since: 0, until: context.clock.now(), ...more });
}

/** `running 0–10, down 10–12`, in seconds since the beginning. */
async function told(more: Partial<Parameters<typeof readUptime>[2]> = {}, from: Context = context): Promise<string> {
  const { spans } = await ask(more, from);
  const at = (ms: number) => (ms - begin) / second;
  return (spans ?? []).map(({ state, since, until }) => `${state} ${at(since)}–${at(until)}`).join(', ');
}

describe('an app', () => {
  test('runs from the start of its first instance to the end of its last, by the engine’s own times', async () => {
    pass(2);
    const one = start({ startedAt: begin + 1500 });
    pass(8);
    const two = start();
    pass(5);
    exit(one);
    pass(5);
    exit(two, { finishedAt: begin + 19_900 });
    pass(5);
    expect(await told()).toBe('starting 0–1.5, running 1.5–19.9, down 19.9–25');
  });

  test('that is stopped, paused or scaled to none as wished says so, and so does one that fails', async () => {
    const one = start();
    pass(10);
    await wish({ desired: 'paused' });
    const frozen = change(one, { state: 'paused' });
    pass(10);
    await wish({ desired: 'running' });
    change(frozen, { state: 'running' });
    pass(10);
    await wish({ desired: 'stopped' });
    const ended = exit(one);
    pass(10);
    await wish({ desired: 'running' });
    pass(1);
    const again = change(ended, { state: 'running', startedAt: context.clock.now() });
    pass(9);
    const failed = exit(again);
    pass(10);
    await wish({ replicas: 0 });
    context.fleet.remove(failed.id);
    pass(10);
    expect(await told()).toBe(
      'running 0–10, paused 10–20, running 20–30, stopped 30–40, starting 40–41, running 41–50, down 50–60, stopped 60–70',
    );
  });

  test('goes on running through a deploy that begins beside the old', async () => {
    const old = start();
    pass(10);
    const fresh = start({ release: 2 });
    pass(1);
    exit(old);
    context.fleet.remove(old.id);
    pass(9);
    expect(await told()).toBe('running 0–20');
    expect(await told({ instance: fresh.id })).toBe('running 10–20');
    expect(await told({ instance: old.id })).toBe('running 0–11');
  });

  test('whose instance ended and was started again between two looks was not running in between', async () => {
    const one = start();
    pass(20);
    change(one, { finishedAt: begin + 12_000, startedAt: begin + 15_000 });
    expect(await told()).toBe('running 0–12, down 12–15, running 15–20');
  });

  test('is paused from the moment on of which the engine’s event tells', async () => {
    const one = start();
    pass(10);
    const event = { type: 'container', id: one.id, labels: {} } as const;
    keeping.timekeeper.hear({ ...event, action: 'pause', atMs: begin + 9_500 });
    const frozen = change(one, { state: 'paused' });
    // Told late: it is about the same pause.
    keeping.timekeeper.hear({ ...event, action: 'pause', atMs: begin + 9_500 });
    pass(10);
    keeping.timekeeper.hear({ ...event, action: 'unpause', atMs: begin + 19_000 });
    change(frozen, { state: 'running' });
    pass(1);
    change(one, { state: 'paused' });
    pass(1);
    expect(await told({ instance: one.id })).toBe('running 0–9.5, paused 9.5–19, running 19–21, paused 21–22');
  });

  test('of the same name has a record of its own, and the removed one’s is kept', async () => {
    start();
    const { id } = appOf(context, 'shop');
    pass(10);
    context.fleet.remove(context.fleet.instancesOf(id)[0]?.id ?? '');
    await context.ledger.write(() => ({ changes: [{ kind: 'app.remove', id }], result: null }));
    pass(10);
    await deployed(context, root, 'shop');
    pass(5);
    expect(await told()).toBe('starting 20–25');
    expect(await context.store.findAppRecord(id)).toMatchObject({ name: 'shop', endedAt: begin + 10_000 });
  });
});

describe('what was not seen', () => {
  test('is unknown while the engine does not answer, and never down', async () => {
    const one = start();
    pass(10);
    setConnected(context, 'local', false);
    keeping.timekeeper.engineLost('local', context.clock.now() - 2000);
    pass(10);
    exit(one);
    pass(10);
    setConnected(context, 'local', true);
    keeping.timekeeper.engineFound('local');
    pass(10);
    expect(await told()).toBe('running 0–8, unknown 8–30, down 30–40');
  });

  test('is unknown from the end of the daemon to its next picture', async () => {
    start();
    pass(10);
    await keeping.timekeeper.stop();
    keeping.end();
    await context.store.close();
    pass(50);
    const next = await context.reopen();
    const again = await keep(next);
    next.fleet.put({ ...start(), id: 'other' });
    pass(5);
    expect(await told({}, next)).toBe('running 0–10, unknown 10–60, running 60–65');
    again.end();
    await next.store.close();
  });

  test('is unknown after a crash since the last heartbeat', async () => {
    start();
    pass(60);
    await flushed();
    pass(50);
    keeping.end();
    await context.store.close();
    pass(10);
    const next = await context.reopen();
    setConnected(next, 'local', false);
    const again = await keep(next);
    pass(5);
    expect(await told({}, next)).toBe('running 0–60, unknown 60–125');
    again.end();
    await next.store.close();
  });

  test('is unknown when the machine slept', async () => {
    start();
    pass(60);
    context.clock.jump(3600 * second);
    pass(60);
    pass(60);
    expect(await told()).toBe('running 0–60, unknown 60–3720, running 3720–3780');
  });

  /** The heartbeat writes without being waited for. */
  async function flushed(): Promise<void> {
    await expect.poll(async () => (await context.store.loadUptime()).seenUntil).toBe(begin + 60_000);
  }
});

describe('a clock that jumps', () => {
  test('forth and back again leaves what was before, and says what is', async () => {
    start();
    pass(60);
    context.clock.jump(yearMs);
    pass(60);
    pass(60);
    context.clock.jump(-yearMs);
    pass(60);
    pass(10);
    expect(await told()).toBe('running 0–60, unknown 60–240, running 240–250');
  });

  test('at any time, whatever happens meanwhile, leaves no gap and no lie about now', async () => {
    const deed = fc.oneof(
      fc.record({ do: fc.constant('pass' as const), seconds: fc.integer({ min: 0, max: 200 }) }),
      fc.record({ do: fc.constant('jump' as const), seconds: fc.integer({ min: -100_000, max: 100_000 }) }),
      fc.record({ do: fc.constantFrom('running', 'paused', 'exited', 'lose', 'find', 'wish') }),
    );
    const instance = start();
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 30 }), async (deeds) => {
        for (const one of deeds) await act(instance, one);
        await act(instance, { do: 'find' });
        await act(instance, { do: 'running' });
        pass(60);
        pass(60);
        const { spans, since, until, totals } = await ask();
        const lengths = (spans ?? []).map((span) => span.until - span.since);
        expect(lengths.every((ms) => ms > 0)).toBe(true);
        expect(lengths.reduce((sum, ms) => sum + ms, 0)).toBe(until - since);
        expect(Object.values(totals).reduce((sum, ms) => sum + ms, 0)).toBe(until - since);
        if (until > since) expect(spans?.at(-1)?.state).toBe('running');
      }),
      { numRuns: 60 },
    );
  });

  async function act(instance: Instance, deed: { do: string; seconds?: number }): Promise<void> {
    const now = context.clock.now();
    if (deed.do === 'pass') return pass(deed.seconds ?? 0);
    if (deed.do === 'jump') return context.clock.jump((deed.seconds ?? 0) * second);
    if (deed.do === 'wish') return wish({ desired: 'running' });
    if (deed.do === 'lose' || deed.do === 'find') {
      setConnected(context, 'local', deed.do === 'find');
      if (deed.do === 'find') keeping.timekeeper.engineFound('local');
      else keeping.timekeeper.engineLost('local', now);
      return;
    }
    change(instance, {
      state: deed.do as Instance['state'],
      ...(deed.do === 'exited' ? { finishedAt: now } : { startedAt: now }),
    });
  }
});
