import { listImages } from '@berth/client/generated/sdk.gen';
import type { Image } from '@berth/spec/image';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { type Column, renderTable } from '../output/table.ts';
import { renderBytes } from '../render/bytes.ts';
import { renderAge } from '../render/duration.ts';

/** Lists the images on the engines. */
export const imagesCommand = defineCommand({
  summary: 'List the images on the engines',
  aliases: ['image'],
  examples: [['berth images', 'What is there, and which apps use it']],
  async run({ session }) {
    const images = await session.ask((client) => listImages({ client }));
    const { output, world } = session;
    const { items } = images;
    output.print(images, () =>
      items.length === 0 ? '' : renderTable(columns(items, world.now()), items, output.tableStyle),
    );
    if (items.length === 0) output.note('There are no images yet; a deploy brings them.');
    return exitCode.ok;
  },
});

function columns(images: readonly Image[], now: number): readonly Column<Image>[] {
  const hasEngines = new Set(images.map(({ engine }) => engine)).size > 1;
  return [
    {
      head: 'IMAGE',
      cell: ({ references, id }) => references.join(', ') || id.replace(/^sha256:/, '').slice(0, 12),
      mayShrink: true,
    },
    { head: 'ID', cell: ({ id }) => id.replace(/^sha256:/, '').slice(0, 12) },
    { head: 'SIZE', cell: ({ sizeBytes }) => renderBytes(sizeBytes), side: 'right' },
    {
      head: 'MADE',
      cell: ({ createdAt }) => (createdAt.startsWith('1970') ? '' : `${renderAge(createdAt, now)} ago`),
      side: 'right',
    },
    { head: 'ENGINE', cell: ({ engine }) => (hasEngines ? engine : '') },
    { head: 'APPS', cell: ({ apps }) => apps.join(', '), mayShrink: true },
  ];
}
