import type { App } from '../../core/app.ts';
import type { DockerContainerLine } from '../../core/docker-words/container-line.ts';
import type { DockerStatsLine } from '../../core/docker-words/stats-line.ts';
import { type AppLine, getStatsLines, listContainerLines } from '../../use-cases/docker-lines.ts';
import { inspectApp } from '../../use-cases/inspect-app.ts';
import { mainInstance } from './condition.ts';
import type { Hand } from './hand.ts';
import { getSrcApp, listSrcApps, type SrcApp } from './src-app.ts';

/** Of each app one line, as `docker ps -a` has it of a container. */
export function tellStatus(hand: Hand, name: string | undefined): DockerContainerLine | DockerContainerLine[] {
  const { apps, wish, isOne } = choose(hand, name);
  return shape(hand, { apps, isOne, lines: listContainerLines(hand.context, hand.actor, wish) });
}

/** The same as `docker stats -a`. */
export async function tellStats(hand: Hand, name: string | undefined): Promise<DockerStatsLine | DockerStatsLine[]> {
  const { apps, wish, isOne } = choose(hand, name);
  return shape(hand, { apps, isOne, lines: await getStatsLines(hand.context, hand.actor, wish) });
}

/** What the engine knows of the app's container, under the app's name. */
export async function inspect(hand: Hand, name: string): Promise<Readonly<Record<string, unknown>>> {
  const { app } = getSrcApp(hand, name);
  const instance = mainInstance(hand.context, app)?.id;
  const inspected = await inspectApp(hand.context, hand.actor, { name: app.name, instance });
  return { ...inspected, Name: `/${name}` };
}

interface Choice {
  readonly apps: readonly SrcApp[];
  readonly wish: { readonly apps: readonly string[]; readonly nameOf: (app: App) => string };
  /** One was named, and not a list of them. */
  readonly isOne: boolean;
}

function choose(hand: Hand, name: string | undefined): Choice {
  const names = name?.split(',').filter((part) => part !== '' || !name.includes(','));
  const apps = names === undefined ? listSrcApps(hand) : names.map((one) => getSrcApp(hand, one));
  const shown = new Map(apps.map((one) => [one.app.id, one.name]));
  const nameOf = ({ id, name: own }: App): string => shown.get(id) ?? own;
  return {
    apps,
    wish: { apps: apps.map(({ app }) => app.name), nameOf },
    isOne: name !== undefined && !name.includes(','),
  };
}

interface Told<Line> {
  readonly apps: readonly SrcApp[];
  readonly isOne: boolean;
  readonly lines: readonly AppLine<Line>[];
}

/** Of an app with several containers, that of the one that stands for it. */
function shape<Line>(hand: Hand, { apps, isOne, lines }: Told<Line>): Line | Line[] {
  const byApp = Map.groupBy(lines, (line) => line.app.id);
  const told = apps.flatMap(({ app }) => {
    const own = byApp.get(app.id) ?? [];
    const main = mainInstance(hand.context, app)?.id;
    return (own.find(({ instance }) => instance === main) ?? own[0])?.line ?? [];
  });
  const [first] = told;
  return isOne && first !== undefined ? first : told;
}
