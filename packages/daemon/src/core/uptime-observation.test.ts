import type { UptimeState } from '@berth/spec/uptime';
import { describe, expect, test } from 'vitest';
import type { App } from './app.ts';
import { type Instance, newWatch } from './instance.ts';
import { appUptimeState, instanceMarks, type UptimeBefore, type UptimeSight } from './uptime-observation.ts';
import { markTime } from './uptime-record.ts';

const now = 1_000_000;
const app = {
  desired: 'running',
  removing: null,
  replicas: 2,
  target: null,
  serving: { release: 1, generation: 1 },
} as App;
const sight: UptimeSight = { app, restart: 'always', expected: false, freezeAt: null, watchedSince: 0, now };
const running: Instance = {
  id: 'i',
  appId: 'a',
  release: 1,
  generation: 1,
  slot: 0,
  state: 'running',
  createdAt: now - 5000,
  startedAt: now - 4000,
  finishedAt: null,
  exitCode: null,
  outOfMemory: false,
  published: [],
  error: '',
  address: null,
  watch: newWatch,
};
const exited: Instance = { ...running, state: 'exited', finishedAt: now - 300, exitCode: 1 };
const ran: UptimeBefore = { state: 'running', startedAt: now - 4000 };

describe('an instance', () => {
  test.each<[string, UptimeBefore | undefined, Instance, Partial<UptimeSight>, string]>([
    ['runs from the engine’s own time of its start on', undefined, running, {}, 'running -4000'],
    ['is not recorded again while it goes on', ran, running, {}, ''],
    ['is down from the engine’s own time of its end on', ran, exited, {}, 'down -300'],
    ['is stopped where Berth itself ended it', ran, exited, { expected: true }, 'stopped -300'],
    ['is stopped where its app is to be', ran, exited, { app: { ...app, desired: 'stopped' } }, 'stopped -300'],
    ['is stopped where its app is to have none', ran, exited, { app: { ...app, replicas: 0 } }, 'stopped -300'],
    ['is stopped where a newer release serves', ran, { ...exited, release: 0 }, {}, 'stopped -300'],
    ['is completed where it ended well', ran, { ...exited, exitCode: 0 }, { restart: 'on-failure' }, 'completed -300'],
    ['is down where it ended well but is always to run', ran, { ...exited, exitCode: 0 }, {}, 'down -300'],
    ['is starting before it ran', undefined, { ...running, state: 'created', startedAt: null }, {}, 'starting -5000'],
    ['pauses when the event says', ran, { ...running, state: 'paused' }, { freezeAt: now - 7 }, 'paused -7'],
    ['pauses when it is seen, without an event', ran, { ...running, state: 'paused' }, {}, 'paused 0'],
    ['goes on when the event says', { ...ran, state: 'paused' }, running, { freezeAt: now - 9 }, 'running -9'],
    ['has ended and begun between two sights', ran, again(), {}, 'down -300, running -200'],
    ['keeps why it ended', { ...ran, state: 'stopped' }, exited, {}, ''],
    ['is seen from the time on when it is watched', undefined, running, { watchedSince: now - 1 }, 'running 0'],
    ['is not put where a clock of another day says', ran, { ...exited, finishedAt: now - 86_400_000 }, {}, 'down 0'],
    ['is not put into the future', ran, { ...exited, finishedAt: now + 5 }, {}, 'down 0'],
  ])('%s', (_, ...[before, instance, more, expected]) => {
    const marks = instanceMarks(before, instance, { ...sight, ...more });
    expect(marks.map(({ at, state }) => `${state} ${at - now}`).join(', ')).toBe(expected);
  });
});

function again(): Instance {
  return { ...running, finishedAt: now - 300, startedAt: now - 200 };
}

describe('an app', () => {
  const target = { release: 2, generation: 1 };
  test.each<[string, Partial<App>, UptimeState[], UptimeState | undefined, UptimeState]>([
    ['runs while one instance does', {}, ['down', 'running'], 'running', 'running'],
    ['runs until the last has stopped', { desired: 'stopped' }, ['running'], 'running', 'running'],
    ['is stopped as wished', { desired: 'stopped' }, ['stopped'], 'running', 'stopped'],
    ['is stopped while it is being removed', { removing: { volumes: [] } }, [], 'running', 'stopped'],
    ['is stopped when scaled to none', { replicas: 0 }, [], 'running', 'stopped'],
    ['is paused as wished', { desired: 'paused' }, ['paused'], 'running', 'paused'],
    ['is down when somebody else paused it', {}, ['paused'], 'running', 'down'],
    ['is down when an instance ended by itself', { target }, ['starting', 'down'], 'starting', 'down'],
    ['is down when its instances are gone', {}, [], 'running', 'down'],
    ['is down when it is found so after a time in which nobody watched', {}, [], 'unknown', 'down'],
    ['is starting at first', { target, serving: null }, [], undefined, 'starting'],
    ['is starting while a release takes the place of another', { target }, ['stopped'], 'running', 'starting'],
    ['is starting once it is wished for again', {}, ['stopped'], 'stopped', 'starting'],
    ['is completed when its work is done', {}, ['completed'], 'running', 'completed'],
  ])('%s', (_, ...[more, instances, before, expected]) => {
    expect(appUptimeState({ ...app, ...more }, instances, before)).toBe(expected);
  });
});

describe('a mark', () => {
  const last = { at: 100, state: 'running' } as const;
  test.each<[string, number, typeof last | null, number, number]>([
    ['lies where it is wished', 150, last, 200, 150],
    ['never lies before the one before', 50, last, 200, 100],
    ['never lies ahead of the clock', 250, last, 200, 200],
    ['cuts a record that a clock ahead of time has made', 90, last, 60, 60],
    ['may be the first', 50, null, 200, 50],
  ])('%s', (_, ...[wanted, before, clock, expected]) => {
    expect(markTime(wanted, before, clock)).toBe(expected);
  });
});
