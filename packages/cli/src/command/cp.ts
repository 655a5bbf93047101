import { defineCommand } from '../command.ts';
import { copyIn } from '../copy/copy-in.ts';
import { copyOut } from '../copy/copy-out.ts';
import { exitCode } from '../exit-code.ts';
import { usageFailure } from '../failure.ts';
import { one } from '../operand.ts';
import { text } from '../option.ts';
import { type Place, parsePlace } from '../parse/place.ts';
import { renderBytes } from '../render/bytes.ts';
import type { Session } from '../session.ts';
import { newTally, type Tally } from '../tar/tally.ts';
import type { Daemon } from '../connection/daemon.ts';

/** Copies files to and from an app. */
export const cpCommand = defineCommand({
  summary: 'Copy files to and from an app',
  description:
    'Into a folder that is there, things go under their own name; otherwise under the new one. FOLDER/. means what is in it. ' +
    'What lies in no volume goes with the instance.',
  operands: { from: one('A path here, or APP:/path.'), to: one('A path here, or APP:/path.') },
  options: { instance: text('--instance <id>', 'In this one (default: one that takes traffic).') },
  examples: [
    ['berth cp ./site shop:/srv', 'A folder, as /srv/site'],
    ['berth cp ./site/. shop:/srv', 'What is in it, straight into /srv'],
    ['berth cp shop:/var/log/shop.log .', 'A file, into this folder'],
  ],
  async run({ operands, options: { instance }, session }) {
    const [from, to] = [parsePlace(operands.from), parsePlace(operands.to)];
    const daemon = await session.daemon();
    const tally = newTally();
    const showing = showProgress(session, tally);
    try {
      await copy(daemon, { from, to, instance }, tally);
    } finally {
      showing.stop();
    }
    return report(session, tally);
  },
});

async function copy(
  daemon: Daemon,
  wish: { from: Place; to: Place; instance: string | undefined },
  tally: Tally,
): Promise<void> {
  const { from, to, instance } = wish;
  if (from.kind === 'local' && to.kind === 'app')
    return copyIn(daemon, { from: from.path, to: { ...to, instance } }, tally);
  if (from.kind === 'app' && to.kind === 'local')
    return copyOut(daemon, { from: { ...from, instance }, to: to.path }, tally);
  const detail =
    from.kind === 'app' ? 'From one app to another it goes by way of this machine' : 'One of the two must be in an app';
  throw usageFailure(detail, ['`berth cp ./site shop:/srv`, or `berth cp shop:/srv ./site`']);
}

function showProgress({ output }: Session, tally: Tally): { stop(): void } {
  output.live?.set('cp', (spinner) => `${output.notePaint('link', spinner)} ${renderTally(tally)}`);
  return { stop: () => output.live?.stop() };
}

function report({ output }: Session, tally: Tally): number {
  for (const { path, reason } of tally.skipped)
    output.note(`${output.notePaint('warn', '!')} ${path} was left out: it ${reason}`);
  if (output.isJson) output.print(tally, () => '');
  else output.note(`${output.notePaint('good', '✔')} ${renderTally(tally)}`);
  return exitCode.ok;
}

function renderTally({ files, bytes }: Tally): string {
  return `${files} ${files === 1 ? 'file' : 'files'}, ${renderBytes(bytes)}`;
}
