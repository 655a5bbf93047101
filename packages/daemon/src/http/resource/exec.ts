import { ContainerPath } from '@berth/spec/name';
import { Problem } from '@berth/spec/problem';
import { TerminalSize } from '@berth/spec/terminal';
import { z } from 'zod';
import { execInApp } from '../../use-cases/exec-in-app.ts';
import { nothing } from '../answer.ts';
import { socketEndpoint } from '../endpoint.ts';
import { engineProblems } from '../problem-set.ts';
import { renderProblem } from '../render-problem.ts';
import { attachTerminal } from '../stream/terminal.ts';
import { AppParams } from './app.ts';
import { InstanceId } from './instance-id.ts';

const Word = z
  .string()
  .max(32 * 1024)
  .regex(/^[^\0]*$/, 'must not hold a NUL character');

const ExecQuery = z.strictObject({
  command: z
    .array(Word)
    .min(1)
    .max(256)
    .describe('The program and its arguments, each as one parameter. There is no shell unless you name one.'),
  tty: z.boolean().default(false).describe('Give it a terminal; its output then comes all as stdout.'),
  stdin: z.boolean().default(true).describe('Let it read what you send.'),
  instance: InstanceId.optional(),
  user: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/, 'must be user[:group]')
    .optional(),
  workingDirectory: ContainerPath.optional(),
  columns: TerminalSize.shape.columns.default(80),
  rows: TerminalSize.shape.rows.default(24),
});

export const execEndpoints = [
  socketEndpoint({
    method: 'GET',
    path: '/v1/apps/{name}/exec',
    operationId: 'execInApp',
    summary: 'Run a command in an instance, over a WebSocket',
    description:
      'Binary frames carry data; their first byte is the channel: 0 stdin, 1 stdout, 2 stderr. Text frames carry JSON: the client may send `{"resize":{"columns":…,"rows":…}}` and `{"closeStdin":true}`; the server’s last one is `{"exit":<code>}`, or `{"problem":…}`. Browsers, which cannot set a header, offer the subprotocols `berth.exec` and `bearer.<token>`.',
    params: AppParams,
    query: ExecQuery,
    headers: { 'Sec-WebSocket-Protocol': '`berth.exec`, and `bearer.<token>` in place of the Authorization header.' },
    answers: { 101: nothing('The command runs, and the connection is a WebSocket.') },
    problems: ['app-not-found', 'instance-not-found', 'wrong-state', 'engine-not-found', ...engineProblems],
    handle: () => {
      throw new Problem('malformed-request', 'This path is a WebSocket: connect to it with an Upgrade.');
    },
    openSocket: async ({ context, services, actor, params, query, method, url }) => {
      const { columns, rows, instance, ...request } = query;
      const size = query.tty ? { size: { columns, rows } } : {};
      const session = await execInApp(context, actor, {
        name: params.name,
        instance,
        ...definedOnly(request),
        ...size,
      });
      const log = services.options.logger;
      const describe = (error: unknown) =>
        renderProblem(error, { log, newId: () => context.clock.newId(), method, url }).document;
      return {
        attach: (socket) => attachTerminal(socket, session, { closing: services.closing, describe }),
        abandon: () => session.destroy(),
      };
    },
  }),
];

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

function definedOnly<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
