import { batchAct } from '@berth/client/generated/sdk.gen';
import type { ActionVerb, BatchResult } from '@berth/spec/action';
import type { Session } from '../session.ts';
import { type ActionOptions, reportResults } from './report-results.ts';

/** One verb, and the apps that it is for. */
export interface AppsAction {
  readonly verb: ActionVerb;
  readonly apps: readonly string[];
  readonly replicas?: number | undefined;
  readonly release?: number | undefined;
  readonly message?: string | null | undefined;
  readonly started?: boolean | undefined;
}

/** Acts on several apps side by side. */
export async function actOnApps(
  session: Session,
  actions: readonly AppsAction[],
  options: ActionOptions,
): Promise<number> {
  const results = await Promise.all(actions.map((action) => request(session, action, options)));
  return reportResults(session, results.flat(), options);
}

async function request(
  session: Session,
  action: AppsAction,
  { isDryRun }: ActionOptions,
): Promise<readonly BatchResult[]> {
  const { verb, apps, replicas, release, message, started } = action;
  const body = {
    apps: [...new Set(apps)],
    ...(replicas === undefined ? {} : { replicas }),
    ...(release === undefined ? {} : { release }),
    ...(message === undefined ? {} : { message }),
    ...(started === undefined ? {} : { started }),
  };
  const { results } = await session.ask((client) =>
    batchAct({ client, path: { verb }, query: { dryRun: isDryRun }, body }),
  );
  return results;
}
