import type { InstanceStats } from '@berth/spec/stats';
import type { App } from '../core/app.ts';
import type { Instance } from '../core/instance.ts';
import type { Actor } from './actor.ts';
import { getApp, requireEngine } from './app-access.ts';
import { Bell } from './bell.ts';
import type { Context } from './context.ts';
import { pause } from './pause.ts';

/** The engines take a sample a second; shortly less, so that none is missed. */
const betweenMs = 900;

/** What each running instance uses now. The first asking of an app takes a second or two, later ones none. */
export async function readStats(context: Context, actor: Actor, name: string): Promise<InstanceStats[]> {
  const app = readApp(context, actor, name);
  const stats = await Promise.all(
    runningInstances(context, app.id).map((instance) => context.stats.read({ engine: app.engine, instance })),
  );
  return stats.filter((one) => one !== undefined);
}

/** What all running instances use, about once a second while it changes, until `signal` aborts or the app is gone. */
export function followStats(
  context: Context,
  actor: Actor,
  { name, signal }: { readonly name: string; readonly signal: AbortSignal },
): AsyncGenerator<InstanceStats[], void> {
  return follow(context, readApp(context, actor, name), signal);
}

async function* follow(context: Context, app: App, signal: AbortSignal): AsyncGenerator<InstanceStats[], void> {
  const bell = new Bell();
  const watched = new Map<string, () => void>();
  const stops = [
    context.fleet.listen((appId) => appId === app.id && bell.ring()),
    context.ledger.listen({ onApps: (ids) => ids.has(app.id) && bell.ring() }),
  ];
  let told: string | null = null;
  try {
    while (!signal.aborted && context.ledger.books.apps.has(app.id)) {
      const running = runningInstances(context, app.id);
      watchAll(context, { app, running, watched, bell });
      const stats = running.flatMap((instance) => context.stats.find(instance) ?? []);
      const key = JSON.stringify(stats.map(({ instance, at }) => [instance, at]));
      if (key !== told && (stats.length > 0 || running.length === 0)) yield stats;
      told = key;
      await pause(context.clock, betweenMs, signal);
      await bell.wait(signal);
    }
  } finally {
    for (const stop of [...stops, ...watched.values()]) stop();
  }
}

interface StatsWatch {
  readonly app: App;
  readonly running: readonly string[];
  /** What ends the watch, by instance. */
  readonly watched: Map<string, () => void>;
  readonly bell: Bell;
}

/** Watches what runs and is not watched yet, and what runs again; leaves the others. */
function watchAll(context: Context, { app, running, watched, bell }: StatsWatch): void {
  for (const [instance, leave] of watched) {
    if (running.includes(instance) && context.stats.isWatched(instance)) continue;
    leave();
    watched.delete(instance);
  }
  for (const instance of running) {
    if (!watched.has(instance))
      watched.set(
        instance,
        context.stats.watch({ engine: app.engine, instance }, () => bell.ring()),
      );
  }
}

function readApp(context: Context, actor: Actor, name: string): App {
  const app = getApp(context.ledger.books, actor, { name, scope: 'read' });
  requireEngine(context, app.engine);
  return app;
}

function runningInstances(context: Context, appId: string): string[] {
  return context.fleet
    .instancesOf(appId)
    .filter(runs)
    .map(({ id }) => id);
}

/** True where there is something to measure. */
export function runs({ state }: Instance): boolean {
  return state === 'running' || state === 'paused';
}
