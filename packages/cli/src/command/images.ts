import { listEngines, listImages, measureDisk, pruneImages, removeImage } from '@berth/client/generated/sdk.gen';
import type { EngineDisk } from '@berth/spec/engine-disk';
import type { Image } from '@berth/spec/image';
import { type CommandGroup, defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { several } from '../operand.ts';
import { flag, text } from '../option.ts';
import { type Column, renderTable } from '../output/table.ts';
import { renderBytes } from '../render/bytes.ts';
import { renderAge } from '../render/duration.ts';
import type { Session } from '../session.ts';
import { approveCommand, rejectCommand, requestCommand, requestsCommand } from './image-requests.ts';
import { removeEach } from './remove-each.ts';

const engineOption = text('--engine <name>', 'Which engine. Default: the default engine.');

const lsCommand = defineCommand({
  summary: 'List the images on the engines',
  aliases: ['list'],
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

const rmCommand = defineCommand({
  summary: 'Take images from an engine, unless an app or a container is made of them',
  aliases: ['remove'],
  operands: { images: several('Their names, or ids as `sha256:…`.') },
  options: { engine: engineOption },
  examples: [['berth images rm registry.example.org/team/app:1', 'That name alone, while it has others']],
  async run({ operands, options, session }) {
    const engine = options.engine ?? (await defaultEngine(session));
    return removeEach(session, operands.images, (client, image) => removeImage({ client, path: { engine, image } }));
  },
});

const diskCommand = defineCommand({
  summary: 'Add up what lies on an engine’s disk, and what of it nothing uses',
  options: { engine: engineOption },
  examples: [['berth images disk', 'Images, containers, volumes, build cache']],
  async run({ options, session }) {
    const name = options.engine ?? (await defaultEngine(session));
    const disk = await session.ask((client) => measureDisk({ client, path: { name } }));
    const { output } = session;
    output.print(disk, () => renderTable(diskColumns, diskLines(disk), output.tableStyle));
    return exitCode.ok;
  },
});

const pruneCommand = defineCommand({
  summary: 'Remove the images that no app, no approval and no container is of',
  description:
    'Releases that an app can be rolled back to count, and so do containers that are not Berth’s. Never volumes.',
  options: { engine: engineOption, dryRun: flag('--dry-run', 'Tell what would go, and remove nothing.') },
  examples: [['berth images prune --dry-run', 'What would go']],
  async run({ options: { engine, dryRun }, session }) {
    const name = engine ?? (await defaultEngine(session));
    const prune = await session.ask((client) => pruneImages({ client, path: { name }, query: { dryRun } }));
    const { output } = session;
    const lines = prune.images.map(
      ({ id, references }) => `${dryRun ? 'would go' : 'removed'}  ${nameOf({ id, references })}`,
    );
    const total = `${prune.images.length} images, ${renderBytes(prune.sizeBytes)}`;
    output.print(prune, () => [...lines, total].join('\n'));
    return exitCode.ok;
  },
});

/** What apps are made of. */
export const imagesGroup: CommandGroup = {
  summary: 'See images, ask for them, approve, reject and remove them',
  aliases: ['image'],
  usual: 'ls',
  commands: {
    ls: lsCommand,
    request: requestCommand,
    requests: requestsCommand,
    approve: approveCommand,
    reject: rejectCommand,
    rm: rmCommand,
    disk: diskCommand,
    prune: pruneCommand,
  },
};

async function defaultEngine(session: Session): Promise<string> {
  const { items } = await session.ask((client) => listEngines({ client }));
  return items.find(({ isDefault }) => isDefault)?.name ?? 'local';
}

function nameOf({ id, references }: Pick<Image, 'id' | 'references'>): string {
  return references.join(', ') || id.replace(/^sha256:/, '').slice(0, 12);
}

function columns(images: readonly Image[], now: number): readonly Column<Image>[] {
  const hasEngines = new Set(images.map(({ engine }) => engine)).size > 1;
  return [
    { head: 'IMAGE', cell: nameOf, mayShrink: true },
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

type DiskLine = EngineDisk['images'] & { readonly kind: string };

function diskLines({ images, containers, volumes, buildCache }: EngineDisk): DiskLine[] {
  return [
    { kind: 'images', ...images },
    { kind: 'containers', ...containers },
    { kind: 'volumes', ...volumes },
    { kind: 'build cache', ...buildCache },
  ];
}

const diskColumns: readonly Column<DiskLine>[] = [
  { head: 'WHAT', cell: ({ kind }) => kind },
  { head: 'COUNT', cell: ({ count }) => String(count), side: 'right' },
  { head: 'ACTIVE', cell: ({ active }) => String(active), side: 'right' },
  { head: 'SIZE', cell: ({ sizeBytes }) => renderBytes(sizeBytes), side: 'right' },
  { head: 'RECLAIMABLE', cell: ({ reclaimableBytes }) => renderBytes(reclaimableBytes), side: 'right' },
];
