import type { EngineImage, EngineImages } from '../../../ports/engine.ts';
import { buildImage } from './build.ts';
import type { MemoryImage } from './image.ts';
import { pullImage } from './pull.ts';
import { refuse } from './refusal.ts';
import type { World } from './world.ts';

/** The images of one engine. */
export function createImages(world: World): EngineImages {
  const { gate, images, events } = world;
  return {
    list: gate.guard('images.list', () => images.list().map(renderView)),
    inspect: gate.guard('images.inspect', (reference: string) => renderView(images.get(reference))),
    pull: (reference, options) => pullImage(world, reference, options),
    tag: gate.guard('images.tag', (image: string, reference: string) => {
      const { id, labels } = images.get(image);
      images.name(id, reference);
      events.add('image', 'tag', { id, labels: { ...labels, name: reference } });
    }),
    remove: gate.guard('images.remove', (reference: string) => removeImage(world, reference)),
    async build(tar, options) {
      await gate.pass('images.build');
      return buildImage(world, tar, options);
    },
  };
}

function removeImage({ images, containers, events }: World, reference: string): void {
  const image = images.get(reference);
  const isLastName = image.references.length <= 1 || reference === image.id;
  const user = [...containers.all()].find(({ view }) => view.imageId === image.id);
  if (isLastName && user !== undefined) throw refuse.inUse(`Container ${user.view.id} uses the image ${reference}`);
  const isGone = images.unname(reference);
  const about = { id: image.id, labels: { ...image.labels, name: reference } };
  events.add('image', 'untag', about);
  if (isGone) events.add('image', 'delete', about);
}

function renderView({ program: _program, ...view }: MemoryImage): EngineImage {
  return view;
}
