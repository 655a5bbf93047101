import {
  approveImageRequest,
  listImageRequests,
  rejectImageRequest,
  requestImage,
} from '@berth/client/generated/sdk.gen';
import type { ImageRequest } from '@berth/spec/image-request';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { usageFailure } from '../failure.ts';
import { one } from '../operand.ts';
import { choice, flag, text } from '../option.ts';
import { type Column, renderTable } from '../output/table.ts';
import { printable } from '../output/text-width.ts';
import { renderAge } from '../render/duration.ts';
import { renderState } from '../render/state.ts';
import type { Session } from '../session.ts';

const longWait = '10m';
const operand = one('The id of a request, or the image it is for.');
const reasonOption = text('--reason <text>', 'Why, to those who asked.');
const detachOption = flag('-d, --detach', 'Do not wait for the pull.');

/** Asks for an image. */
export const requestCommand = defineCommand({
  summary: 'Ask that an image may be used',
  description: 'Where the policy asks for no approval it is pulled at once; else an administrator decides.',
  operands: { image: one('Its name, as in a deploy.') },
  options: {
    engine: text('--engine <name>', 'Where it is wanted. Default: the default engine.'),
    purpose: text('--purpose <text>', 'What it is for, to those who decide.'),
    registryCredential: text('--registry-credential <name>', 'A credential of yours, to pull it with.'),
    renew: flag('--renew', 'Ask also when it is approved: for what the name means now.'),
    detach: detachOption,
  },
  examples: [
    [
      'berth images request jupyter/base-notebook:2026-11-01 --purpose "the statistics course"',
      'For the default engine',
    ],
    ['berth images request team/app:latest --renew', 'What is approved stays until the new one is'],
  ],
  async run({ operands: { image }, options, session }) {
    const { engine, purpose, registryCredential, renew, detach } = options;
    const body = {
      image,
      renew,
      ...(engine === undefined ? {} : { engine }),
      ...(purpose === undefined ? {} : { purpose }),
      ...(registryCredential === undefined ? {} : { registryCredential }),
    };
    const query = detach ? {} : { wait: longWait };
    return report(session, await session.ask((client) => requestImage({ client, body, query })));
  },
});

/** Lists what was asked for. */
export const requestsCommand = defineCommand({
  summary: 'List what images were asked for, and what became of it',
  options: {
    state: choice('--state <state>', 'Only those in this state.', [
      'pending',
      'approved',
      'ready',
      'superseded',
      'rejected',
      'failed',
    ]),
  },
  examples: [['berth images requests --state pending', 'What waits for a decision']],
  async run({ options: { state }, session }) {
    const page = await session.ask((client) =>
      listImageRequests({ client, query: state === undefined ? {} : { state } }),
    );
    const { output, world } = session;
    output.print(page, () =>
      page.items.length === 0 ? '' : renderTable(columns(world.now()), page.items, output.tableStyle),
    );
    if (page.items.length === 0 && !output.isJson)
      output.note('No image was asked for. Ask for one: `berth images request nginx:1.27`');
    return exitCode.ok;
  },
});

/** Lets an image be used. */
export const approveCommand = defineCommand({
  summary: 'Let an image be used: it is pulled, and pinned to what came',
  operands: { request: operand },
  options: {
    reason: reasonOption,
    registryCredential: text(
      '--registry-credential <name>',
      'A credential of yours, to pull it with; what comes by it is for everybody.',
    ),
    detach: detachOption,
  },
  examples: [['berth images approve jupyter/base-notebook:2026-11-01', 'By the name of the image']],
  async run({ operands: { request }, options: { reason, registryCredential, detach }, session }) {
    const { id } = await find(session, request, ['pending', 'failed', 'rejected']);
    const body = {
      ...(reason === undefined ? {} : { reason }),
      ...(registryCredential === undefined ? {} : { registryCredential }),
    };
    const query = detach ? {} : { wait: longWait };
    return report(session, await session.ask((client) => approveImageRequest({ client, path: { id }, body, query })));
  },
});

/** Refuses an image. */
export const rejectCommand = defineCommand({
  summary: 'Refuse an image, or take its approval back',
  description: 'Apps that were made of it go on; no new release is made of it.',
  operands: { request: operand },
  options: { reason: reasonOption },
  examples: [['berth images reject evil/miner:1 --reason "not for this cluster"', 'Those who asked can read why']],
  async run({ operands: { request }, options: { reason }, session }) {
    const { id } = await find(session, request, ['pending', 'approved', 'ready', 'failed']);
    const body = reason === undefined ? {} : { reason };
    const rejected = await session.ask((client) => rejectImageRequest({ client, path: { id }, body }));
    session.output.print(rejected, () => describe(session, rejected));
    return exitCode.ok;
  },
});

/** By its id, else the newest one for the image that can be decided so. */
async function find(session: Session, word: string, states: readonly ImageRequest['state'][]): Promise<{ id: string }> {
  const { items } = await session.ask((client) => listImageRequests({ client }));
  const found =
    items.find(({ id }) => id === word) ?? items.find(({ image, state }) => image === word && states.includes(state));
  if (found !== undefined) return found;
  throw usageFailure(`There is no request "${word}" to decide`, ['`berth images requests`']);
}

function report(session: Session, request: ImageRequest): number {
  session.output.print(request, () => describe(session, request));
  const isBad = request.state === 'failed' || request.state === 'rejected';
  return isBad ? exitCode.failed : exitCode.ok;
}

function describe({ output }: Session, request: ImageRequest): string {
  const { image, state, digest, id } = request;
  const isBad = state === 'failed' || state === 'rejected';
  const mark = isBad ? output.paint('bad', '✖') : output.paint('good', '✔');
  const said = why(request) || (state === 'pending' ? `waits for an administrator, as ${id}` : (digest ?? ''));
  return `${mark} ${output.paint('strong', image)}  ${renderState(state, output.paint)}  ${said}`.trimEnd();
}

function why({ failure, reason }: ImageRequest): string {
  return printable(failure ?? reason ?? '');
}

function columns(now: number): readonly Column<ImageRequest>[] {
  return [
    { head: 'IMAGE', cell: ({ image }, paint) => paint('strong', image), mayShrink: true },
    { head: 'ENGINE', cell: ({ engine }) => engine },
    {
      head: 'STATE',
      cell: ({ state, pull }, paint) =>
        `${renderState(state, paint)}${pull === null || pull.percent === null ? '' : ` ${pull.percent} %`}`,
    },
    { head: 'ASKED BY', cell: ({ askers }) => askers.map(({ user }) => user).join(', '), mayShrink: true },
    { head: 'FOR', cell: ({ askers }) => printable(askers[0]?.purpose ?? ''), mayShrink: true },
    { head: 'DECIDED BY', cell: ({ decidedBy }) => decidedBy ?? '' },
    { head: 'WHY', cell: why, mayShrink: true },
    { head: 'AGE', cell: ({ createdAt }) => renderAge(createdAt, now), side: 'right' },
    { head: 'ID', cell: ({ id }) => id },
  ];
}
