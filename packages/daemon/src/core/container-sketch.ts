import type { Container } from './container.ts';
import { isOwnLabel } from './label.ts';
import { commandColumns, shorten } from './docker-words/shorten.ts';

/** What of a container only people ask about, beside what its instance tells: a few hundred bytes. */
export type ContainerSketch = Pick<
  Container,
  'name' | 'labels' | 'published' | 'exposed' | 'command' | 'health' | 'networks' | 'mounts'
>;

/** Without the labels of Berth's own, which are large, and of the command no more than is shown. */
export function sketchContainer(container: Container): ContainerSketch {
  const { name, labels, published, exposed, command, health, networks, mounts } = container;
  return {
    name,
    labels: Object.fromEntries(Object.entries(labels).filter(([label]) => !isOwnLabel(label))),
    published,
    exposed,
    command: shorten(command, commandColumns),
    health,
    networks,
    mounts,
  };
}
