import { getApp } from '@berth/client/generated/sdk.gen';
import type { Operation } from '@berth/spec/operation';
import { defineCommand } from '../command.ts';
import type { DaemonPlace } from '../connection/find-daemon.ts';
import { nextSteps } from '../connection/next-step.ts';
import { placeOptions, runOptions, specOptions } from '../deploy/deploy-option.ts';
import { readSpecFile } from '../deploy/read-spec-file.ts';
import { readWish } from '../deploy/read-wish.ts';
import { requestDeploy } from '../deploy/request-deploy.ts';
import { exitCode } from '../exit-code.ts';
import { type Failure, refusal, usageFailure } from '../failure.ts';
import { perhaps } from '../operand.ts';

import { awaitOperations } from '../operation/await-operations.ts';
import { renderEnd } from '../operation/progress-text.ts';
import { renderDryRun } from '../operation/report-results.ts';
import type { Session } from '../session.ts';

/** Makes a new release, and waits until it takes traffic. */
export const deployCommand = defineCommand({
  summary: 'Deploy an image: make an app, or a new release of one',
  description:
    'Without -f, a new release has what the app has, changed by the options; with -f or --replace, only what the file and the options say. ' +
    'The new release starts beside the old one and takes over when it answers; if it does not, the old one goes on.',
  operands: { app: perhaps('Its name, and the first part of its address; the spec file may say it instead.') },
  options: { ...specOptions, ...placeOptions, ...runOptions },
  trailing: { name: 'command', summary: "The command, in place of the image's." },
  examples: [
    ['berth deploy shop --image nginx:1.29', 'Deploy, wait, and print the address'],
    ['berth deploy shop -i registry.example.org/shop:2 -e MODE=live', 'A new image and one more variable'],
    ['berth deploy db -i postgres:18 -v data:/var/lib/postgresql --strategy recreate', 'Data that bears one writer'],
    ['berth deploy -f berth.json --dry-run', 'Check a spec file and change nothing'],
    ['berth deploy job -i busybox:1.37 --restart never -- sleep 60', 'Another command than the image has'],
  ],
  async run({ operands, options, trailing, session }) {
    const file = options.specFile === undefined ? undefined : await readSpecFile(options.specFile, session.world);
    const app = operands.app ?? file?.name;
    if (app === undefined)
      throw usageFailure('Which app?', ['`berth deploy shop --image nginx:1.29`, or a "name" in the spec file.']);
    const wish = await readWish(options, trailing, session.world);
    const base = file?.request ?? (options.replace ? {} : undefined);
    const accepted = await requestDeploy(session, { app, wish, base, isDryRun: options.dryRun });
    if (options.dryRun) return reportDryRun(session, accepted);
    return options.detach ? reportAccepted(session, accepted) : report(session, await awaitEnd(session, accepted));
  },
});

async function awaitEnd(session: Session, accepted: Operation): Promise<Operation> {
  const [ended = accepted] = await awaitOperations(session, [accepted], { reportsEnds: false });
  return ended;
}

function reportDryRun({ output }: Session, operation: Operation): number {
  output.print({ operation }, () => renderDryRun(operation));
  return exitCode.ok;
}

async function reportAccepted(session: Session, operation: Operation): Promise<number> {
  const { output } = session;
  output.print({ operation }, () => operation.id);
  output.note(`${output.notePaint('dim', '→')} \`berth ops follow ${operation.id}\` tells how it goes on.`);
  return exitCode.ok;
}

async function report(session: Session, operation: Operation): Promise<number> {
  if (operation.state !== 'succeeded') throw failureOf(operation, (await session.daemon()).place);
  const app = await session.ask((client) => getApp({ client, path: { name: operation.app } }));
  const { output } = session;
  if (!output.isJson) output.note(renderEnd(operation, output.notePaint));
  output.print({ operation, app }, () => app.url ?? '');
  return exitCode.ok;
}

function failureOf(operation: Operation, place: DaemonPlace): Failure {
  const { app, problem, detail, logTail } = operation;
  const again = `Deploy again when it is mended; \`berth releases ${app}\` tells what was tried.`;
  const document = problem ?? {
    type: 'about:blank',
    code: 'deploy-failed',
    title: 'The release did not come up',
    status: 422,
    detail,
    retryable: false,
  };
  const whole = { ...document, operation: operation.id, app, logTail: document.logTail ?? logTail };
  return refusal(whole, [...nextSteps(whole, place), again]);
}
