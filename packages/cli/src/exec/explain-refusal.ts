import { getAppStatus, getCaller } from '@berth/client/generated/sdk.gen';
import { localFailure, type Failure } from '../failure.ts';
import type { Session } from '../session.ts';
import type { RemoteCommand } from './exec-socket.ts';

/** Why a command was not even begun: a WebSocket that is refused does not tell, so it is asked for in other ways. */
export async function explainRefusal(session: Session, { app, instance }: RemoteCommand): Promise<Failure> {
  const status = await session.ask((client) => getAppStatus({ client, path: { name: app } }));
  const { scopes } = await session.ask((client) => getCaller({ client }));
  if (!scopes.includes('exec'))
    return refused(
      'Your token does not allow it',
      'It lacks the scope exec.',
      '`berth tokens create --scope exec` makes one, if yours may.',
    );
  const meant = status.instances.filter(({ id }) => instance === undefined || id.startsWith(instance));
  if (meant.length === 0 && instance !== undefined)
    return refused(
      'There is no such instance',
      `${app} has none whose id begins with ${instance}.`,
      `\`berth status ${app}\` lists them.`,
    );
  if (!meant.some(({ state }) => state === 'running'))
    return refused(
      'Nothing runs that could run it',
      `${app} is ${status.state}.`,
      status.state === 'stopped' ? `Start it with \`berth start ${app}\`.` : `\`berth status ${app}\` tells why.`,
    );
  return refused(
    'The daemon refused to run it',
    `${app} runs, but the command was not begun.`,
    'Check --instance, --user and --workdir.',
  );
}

function refused(title: string, detail: string, nextStep: string): Failure {
  return localFailure('exec-refused', { title, detail, nextSteps: [nextStep] });
}
