import { getTemplate, listTemplates, putTemplate, removeTemplate } from '@berth/client/generated/sdk.gen';
import type { TemplateRequest } from '@berth/client/generated/types.gen';
import type { Template } from '@berth/spec/spawn';
import { type CommandGroup, defineCommand } from '../command.ts';
import { readSpecFile } from '../deploy/read-spec-file.ts';
import { exitCode } from '../exit-code.ts';
import { usageFailure } from '../failure.ts';
import { one, several } from '../operand.ts';
import { text } from '../option.ts';
import { type Column, renderTable } from '../output/table.ts';
import { printable } from '../output/text-width.ts';
import { removeEach } from './remove-each.ts';

const lsCommand = defineCommand({
  summary: 'List templates: what apps are spawned from',
  aliases: ['list'],
  examples: [['berth templates', 'With how many apps are made of each']],
  async run({ session }) {
    const templates = await session.ask((client) => listTemplates({ client }));
    const { output } = session;
    const { items } = templates;
    output.print(templates, () => (items.length === 0 ? '' : renderTable(columns, items, output.tableStyle)));
    if (items.length === 0) output.note('There are no templates. Put one: `berth templates put lab -f lab.json`');
    return exitCode.ok;
  },
});

const showCommand = defineCommand({
  summary: 'Show a template as JSON',
  operands: { name: one('Its name.') },
  examples: [['berth templates show lab', 'Its spec too, for administrators']],
  async run({ operands: { name }, session }) {
    const template = await session.ask((client) => getTemplate({ client, path: { name } }));
    session.output.print(template, () => JSON.stringify(template, null, 2));
    return exitCode.ok;
  },
});

const putCommand = defineCommand({
  summary: 'Put a template, or change one',
  description:
    'The file holds what `PUT /v1/templates/{name}` takes: a spec with holes such as {{id}} and {{user}}, parameters, and how many apps there may be. Apps that are there stay as they are.',
  operands: { name: one('What to call it.') },
  options: { file: text('-f, --file <file>', 'A JSON file, `-` for standard input.') },
  examples: [['berth templates put lab -f lab.json', 'Holes that nothing fills are refused']],
  async run({ operands: { name }, options: { file }, session }) {
    if (file === undefined) throw usageFailure('A template needs a file', ['`berth templates put lab -f lab.json`']);
    const { request } = await readSpecFile(file, session.world);
    const body = request as unknown as TemplateRequest;
    const template = await session.ask((client) => putTemplate({ client, path: { name }, body }));
    const { output } = session;
    output.print(template, () => `${output.paint('good', '✔')} ${output.paint('strong', name)}  kept`);
    return exitCode.ok;
  },
});

const rmCommand = defineCommand({
  summary: 'Forget templates; apps that were made of them live on',
  aliases: ['remove'],
  operands: { names: several('Their names.') },
  examples: [['berth templates rm lab', 'Those of the settings are changed there']],
  run: ({ operands, session }) =>
    removeEach(session, operands.names, (client, name) => removeTemplate({ client, path: { name } })),
});

/** What apps are spawned from. */
export const templatesGroup: CommandGroup = {
  summary: 'See, put and remove templates',
  aliases: ['template'],
  usual: 'ls',
  commands: { ls: lsCommand, show: showCommand, put: putCommand, rm: rmCommand },
};

const columns: readonly Column<Template>[] = [
  { head: 'TEMPLATE', cell: ({ name }, paint) => paint('strong', name) },
  {
    head: 'SPAWNS',
    cell: ({ spawns, max }) => (max === undefined ? String(spawns) : `${spawns} of ${max}`),
    side: 'right',
  },
  { head: 'PARAMETERS', cell: ({ parameters }) => Object.keys(parameters).join(', ') },
  { head: 'FROM', cell: ({ source }) => source },
  { head: 'DESCRIPTION', cell: ({ description }) => printable(description) },
];
