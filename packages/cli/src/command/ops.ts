import { getOperation, listOperations } from '@berth/client/generated/sdk.gen';
import type { Operation } from '@berth/spec/operation';
import { type CommandGroup, defineCommand } from '../command.ts';
import { readAll } from '../connection/read-all.ts';
import { exitCode } from '../exit-code.ts';
import { one } from '../operand.ts';
import { text, value } from '../option.ts';
import { awaitOperations } from '../operation/await-operations.ts';
import { renderEnd } from '../operation/progress-text.ts';
import { renderFields } from '../output/fields.ts';
import { renderTable } from '../output/table.ts';
import { printable } from '../output/text-width.ts';
import { count } from '../parse/number.ts';
import { renderLogTail } from '../render/complaint.ts';
import { operationColumns } from '../render/operation.ts';
import { renderState } from '../render/state.ts';
import type { Session } from '../session.ts';

const lsCommand = defineCommand({
  summary: 'List operations, newest first',
  aliases: ['list'],
  options: {
    app: text('--app <app>', 'Only those of this app.'),
    limit: value('-n, --limit <number>', 'At most so many (default: 20).', count),
  },
  examples: [['berth ops --app shop', 'What was done to one app']],
  async run({ options, session }) {
    const { app, limit = 20 } = options;
    const operations = await readAll((cursor) => {
      const query = {
        limit: Math.min(1000, Math.max(1, limit)),
        ...(app === undefined ? {} : { app }),
        ...(cursor === undefined ? {} : { cursor }),
      };
      return session.ask((client) => listOperations({ client, query }));
    }, limit);
    const { output, world } = session;
    output.print(operations, () =>
      operations.items.length === 0
        ? ''
        : renderTable(operationColumns(world.now()), operations.items, output.tableStyle),
    );
    if (operations.items.length === 0) output.note('There are no operations.');
    return exitCode.ok;
  },
});

const showCommand = defineCommand({
  summary: 'Show one operation',
  operands: { id: one('Its id.') },
  examples: [['berth ops show 01999c5e-…', 'How it went']],
  async run({ operands, session }) {
    const operation = await read(session, operands.id);
    session.output.print(operation, () => renderOperation(session, operation));
    return exitCode.ok;
  },
});

const followCommand = defineCommand({
  summary: 'Follow an operation to its end',
  operands: { id: one('Its id.') },
  examples: [['berth ops follow 01999c5e-…', 'Wait for it; 1 when it fails']],
  async run({ operands, session }) {
    const begun = await read(session, operands.id);
    const [operation = begun] = await awaitOperations(session, [begun], { reportsEnds: true });
    if (session.output.isJson) session.output.print(operation, () => '');
    return operation.state === 'succeeded' ? exitCode.ok : exitCode.failed;
  },
});

/** What was asked for, and how it goes. */
export const opsGroup: CommandGroup = {
  summary: 'See operations: what was asked for, and how it goes',
  aliases: ['operation', 'operations'],
  usual: 'ls',
  commands: { ls: lsCommand, show: showCommand, follow: followCommand },
};

function read(session: Session, id: string): Promise<Operation> {
  return session.ask((client) => getOperation({ client, path: { id } }));
}

function renderOperation({ output: { paint } }: Session, operation: Operation): string {
  const { id, app, kind, state, phase, release, actor, detail, problem, createdAt, endedAt, logTail } = operation;
  const fields = renderFields(
    [
      ['App', app],
      ['Kind', kind],
      ['State', renderState(state, paint)],
      ['Phase', state === 'running' ? phase : null],
      ['Release', release === null ? null : String(release)],
      ['By', actor],
      ['Begun', createdAt],
      ['Ended', endedAt],
      ['Detail', printable(detail)],
      ['Problem', problem === null ? null : printable(`${problem.title}: ${problem.detail}`)],
    ],
    paint,
  );
  const head = state === 'running' ? paint('strong', id) : renderEnd(operation, paint);
  return [head, '', fields, ...renderLogTail(logTail, paint)].join('\n');
}
