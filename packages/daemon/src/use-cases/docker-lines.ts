import type { App, Release } from '../core/app.ts';
import { releasesOf } from '../core/books.ts';
import type { ContainerSketch } from '../core/container-sketch.ts';
import {
  type DockerContainerLine,
  renderContainerLine,
  type ShownContainer,
} from '../core/docker-words/container-line.ts';
import { type DockerStatsLine, renderStatsLine } from '../core/docker-words/stats-line.ts';
import type { Instance } from '../core/instance.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import { getApp } from './app-access.ts';
import type { Context } from './context.ts';
import { runs } from './watch-stats.ts';

/** Which apps, and under which names. */
export interface LineWish {
  /** By name, in this order; each must be there. Default: all that the actor may see, newest first. */
  readonly apps?: readonly string[];
  /** What stands where the CLI has the container's name. Default: that name. */
  readonly nameOf?: (app: App) => string;
}

/** A line, and what it is about. An app without any container has one line, of a container that is yet to be made. */
export interface AppLine<Line> {
  readonly app: App;
  /** Null where there is none. */
  readonly instance: string | null;
  readonly line: Line;
}

/**
 * Apps in the words of `docker ps -a`, newest instance first. From memory. The image is the one that was asked for, by
 * its name, and Berth's own labels are left out.
 */
export function listContainerLines(
  context: Context,
  actor: Actor,
  wish: LineWish = {},
): AppLine<DockerContainerLine>[] {
  const now = context.clock.now();
  return listShown(context, actor, wish).map(({ app, instance, container }) => ({
    app,
    instance: instance?.id ?? null,
    line: renderContainerLine(container, now),
  }));
}

/**
 * What apps use in the words of `docker stats -a`. From memory where a sample is known, else the first one is waited
 * for, a second or two; zeros where none comes and where nothing runs.
 */
export function getStatsLines(
  context: Context,
  actor: Actor,
  wish: LineWish = {},
): Promise<AppLine<DockerStatsLine>[]> {
  return Promise.all(
    listShown(context, actor, wish).map(async ({ app, instance, container }) => {
      const isRunning = instance !== undefined && runs(instance);
      const sample = isRunning ? await context.stats.readSample({ engine: app.engine, instance: instance.id }) : null;
      return { app, instance: instance?.id ?? null, line: renderStatsLine(container, sample ?? null) };
    }),
  );
}

interface Shown {
  readonly app: App;
  readonly instance: Instance | undefined;
  readonly container: ShownContainer;
}

function listShown(context: Context, actor: Actor, wish: LineWish): Shown[] {
  return listWished(context, actor, wish).flatMap((app) => {
    const instances = context.fleet.instancesOf(app.id).toSorted((one, other) => other.createdAt - one.createdAt);
    const name = wish.nameOf?.(app);
    return (instances.length === 0 ? [undefined] : instances).map((instance) => ({
      app,
      instance,
      container: { ...showContainer(context, app, instance), ...(name === undefined ? {} : { name }) },
    }));
  });
}

function listWished({ ledger: { books } }: Context, actor: Actor, { apps }: LineWish): App[] {
  if (apps !== undefined) return apps.map((name) => getApp(books, actor, { name, scope: 'read' }));
  authorize(actor, { scope: 'read', owner: actor.user });
  const owner = visibleOwner(actor);
  const visible = [...books.apps.values()].filter((app) => owner === null || app.owner === owner);
  return visible.toSorted((one, other) => other.createdAt - one.createdAt);
}

function showContainer(context: Context, app: App, instance: Instance | undefined): ShownContainer {
  const release = findRelease(context, app, instance);
  const image = { image: release?.spec.image ?? '', imageId: release?.imageId ?? '' };
  if (instance === undefined) return { ...sketchApp(app, release), ...image, ...newLife(app) };
  const { id, state, createdAt, startedAt, finishedAt, exitCode } = instance;
  const sketch = context.fleet.findSketch(id) ?? sketchApp(app, release);
  return { ...sketch, ...image, id, state, createdAt, startedAt, finishedAt, exitCode };
}

function findRelease({ ledger: { books } }: Context, app: App, instance: Instance | undefined): Release | undefined {
  return releasesOf(books, app.id).get((instance ?? app.serving ?? app.target)?.release ?? app.lastRelease);
}

/** What its container will look like, as far as it is known before. */
function sketchApp({ name }: App, release: Release | undefined): ContainerSketch {
  const { labels = {}, entrypoint = [], command = [] } = release?.spec ?? {};
  const nothing = { published: [], exposed: [], health: null, networks: [], mounts: [] };
  return { ...nothing, name, labels, command: [...entrypoint, ...command].join(' ') };
}

/** Of a container that is yet to be made: the app stands for it. */
function newLife({ id, createdAt }: App) {
  const never = { startedAt: null, finishedAt: null, exitCode: null };
  return { id: id.replaceAll('-', '').slice(-12), state: 'created', createdAt, ...never } as const;
}
