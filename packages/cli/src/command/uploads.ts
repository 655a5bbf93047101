import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { json as readJson } from 'node:stream/consumers';
import { listUploads, removeUpload } from '@berth/client/generated/sdk.gen';
import type { Upload } from '@berth/spec/upload';
import { type CommandGroup, defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { localFailure } from '../failure.ts';
import { one, several } from '../operand.ts';
import { text } from '../option.ts';
import { type Column, renderTable } from '../output/table.ts';
import { printable } from '../output/text-width.ts';
import { renderBytes } from '../render/bytes.ts';
import { renderAge } from '../render/duration.ts';
import { removeEach } from './remove-each.ts';

const lsCommand = defineCommand({
  summary: 'List uploaded files',
  aliases: ['list'],
  examples: [['berth uploads', 'Yours; for administrators everybody’s']],
  async run({ session }) {
    const uploads = await session.ask((client) => listUploads({ client }));
    const { output, world } = session;
    const { items } = uploads;
    output.print(uploads, () =>
      items.length === 0 ? '' : renderTable(columns(world.now()), items, output.tableStyle),
    );
    if (items.length === 0) output.note('There are no uploads. Add one: `berth uploads add ./data.csv`');
    return exitCode.ok;
  },
});

const addCommand = defineCommand({
  summary: 'Upload a file, to be put into apps',
  description:
    'Name its id as files[].upload in the spec of an app. It goes a day after the last app that refers to it.',
  operands: { file: one('A file of this machine.') },
  options: {
    name: text('--name <name>', 'What to call it (default: the name it has here).'),
    owner: text('--owner <user>', 'Whose it is; for administrators.'),
  },
  examples: [['berth uploads add ./data.csv', 'Prints its id']],
  async run({ operands: { file }, options: { name = basename(file), owner }, session }) {
    await requireFile(file);
    const daemon = await session.daemon();
    const answer = await daemon.stream({
      method: 'POST',
      path: '/v1/uploads',
      query: { name, owner },
      headers: { 'content-type': 'application/octet-stream' },
      accept: 'application/json',
      body: createReadStream(file),
    });
    const upload = (await readJson(answer)) as Upload;
    session.output.print(upload, () => upload.id);
    return exitCode.ok;
  },
});

const rmCommand = defineCommand({
  summary: 'Drop uploads that no app refers to',
  aliases: ['remove'],
  operands: { ids: several('Their ids.') },
  examples: [['berth uploads rm 0193-…', 'Makes room']],
  run: ({ operands, session }) =>
    removeEach(session, operands.ids, (client, id) => removeUpload({ client, path: { id } })),
});

/** Files that wait to be put into apps. */
export const uploadsGroup: CommandGroup = {
  summary: 'See, add and remove uploaded files',
  aliases: ['upload'],
  usual: 'ls',
  commands: { ls: lsCommand, add: addCommand, rm: rmCommand },
};

async function requireFile(path: string): Promise<void> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile)
    throw localFailure('file', { title: `There is no file ${path}`, detail: 'Name a file of this machine.' });
}

function columns(now: number): readonly Column<Upload>[] {
  return [
    { head: 'UPLOAD', cell: ({ id }, paint) => paint('strong', id) },
    { head: 'NAME', cell: ({ name }) => printable(name) },
    { head: 'SIZE', cell: ({ sizeBytes }) => renderBytes(sizeBytes), side: 'right' },
    { head: 'OWNER', cell: ({ owner }) => owner },
    { head: 'APPS', cell: ({ apps }) => apps.join(', ') },
    { head: 'AGE', cell: ({ createdAt }) => renderAge(createdAt, now), side: 'right' },
  ];
}
