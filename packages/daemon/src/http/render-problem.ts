import { isProblem } from '@berth/spec/problem';
import type { ProblemDocument } from '@berth/spec/problem-document';
import type { Logger } from 'pino';
import { problemDocument } from '../core/problem-document.ts';
import { requestProblem } from './request-problem.ts';

export const problemType = 'application/problem+json';

/** An answer as it goes out, whatever came before. */
export interface RenderedProblem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly document: ProblemDocument;
}

export interface ProblemSurroundings {
  readonly log: Pick<Logger, 'error'>;
  readonly newId: () => string;
  readonly method: string;
  readonly url: string;
}

/** The one place that turns anything thrown into HTTP. What nobody foresaw is logged under the id that the caller gets. */
export function renderProblem(thrown: unknown, around: ProblemSurroundings): RenderedProblem {
  const error = requestProblem(thrown);
  const foreseen = isProblem(error) && error.code !== 'internal';
  const incident = foreseen ? undefined : around.newId();
  if (incident !== undefined)
    around.log.error({ err: error, incident, method: around.method, url: around.url }, 'a request failed');
  const document = problemDocument(error, incident);
  const facts = isProblem(error) ? error.facts : {};
  return {
    status: document.status,
    headers: problemHeaders(document, facts),
    text: JSON.stringify(document),
    document,
  };
}

function problemHeaders(document: ProblemDocument, facts: Readonly<Record<string, unknown>>): Record<string, string> {
  const { allow } = facts;
  return {
    'content-type': problemType,
    'cache-control': 'no-store',
    ...(document.status === 401 ? { 'www-authenticate': 'Bearer realm="berth"' } : {}),
    ...(document.status === 503 || document.status === 429 ? { 'retry-after': '1' } : {}),
    ...(typeof allow === 'string' ? { allow } : {}),
  };
}
