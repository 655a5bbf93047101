import type { MemoryContainer } from './container.ts';
import type { World } from './world.ts';

/** Says what happened to a container to whom it may concern, with the labels real engines give. */
export function tellContainer(
  { events }: World,
  { view }: MemoryContainer,
  { action, ...more }: { readonly action: string; readonly [label: string]: string },
): void {
  events.add('container', action, {
    id: view.id,
    labels: { ...view.labels, image: view.image, name: view.name, ...more },
  });
}
