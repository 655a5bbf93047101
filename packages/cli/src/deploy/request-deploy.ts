import { deployApp, getApp } from '@berth/client/generated/sdk.gen';
import type { AppRequest } from '@berth/client/generated/types.gen';
import type { Operation } from '@berth/spec/operation';
import { Failure, usageFailure } from '../failure.ts';
import type { Session } from '../session.ts';
import { currentRequest } from './current-request.ts';
import { type DeployWish, mergeRequest, type RequestDraft } from './merge-request.ts';

/** What to deploy, and what to begin from. */
export interface DeployPlan {
  readonly app: string;
  readonly wish: DeployWish;
  /** A whole spec to begin from; undefined: what the app has. */
  readonly base: RequestDraft | undefined;
  readonly isDryRun: boolean;
}

/** Asks for the deploy. What is merged into what the app has is refused if somebody changed the app in between. */
export async function requestDeploy(session: Session, { app, wish, base, isDryRun }: DeployPlan): Promise<Operation> {
  const present = base === undefined ? await findPresent(session, app) : undefined;
  const body = requireImage(app, mergeRequest(base ?? present?.request ?? {}, wish));
  const condition = present === undefined ? {} : { headers: { 'If-Match': `"${present.version}"` } };
  return session.ask((client) =>
    deployApp({ client, path: { name: app }, query: { dryRun: isDryRun }, body, ...condition }),
  );
}

interface Present {
  readonly request: RequestDraft;
  readonly version: number;
}

async function findPresent(session: Session, name: string): Promise<Present | undefined> {
  try {
    const app = await session.ask((client) => getApp({ client, path: { name } }));
    return { request: currentRequest(app), version: app.version };
  } catch (error) {
    if (error instanceof Failure && error.complaint.document['code'] === 'app-not-found') return undefined;
    throw error;
  }
}

function requireImage(app: string, draft: RequestDraft): AppRequest {
  const { image } = draft;
  if (image !== undefined) return { ...draft, image };
  throw usageFailure('A new app needs an image', [
    `\`berth deploy ${app} --image nginx:1.29\`, or -f with a spec file.`,
  ]);
}
