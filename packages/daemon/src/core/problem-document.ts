import { Problem, problemTable } from '@berth/spec/problem';
import type { ProblemDocument } from '@berth/spec/problem-document';

const unexpected = 'Something went wrong inside Berth. The incident id stands in its log beside the cause.';

/** What a caller may read of anything thrown. An unknown error shows nothing of itself but the incident's id. */
export function problemDocument(error: unknown, incident?: string): ProblemDocument {
  const problem = error instanceof Problem ? error : new Problem('internal', unexpected);
  const { status, title, retryable } = problemTable[problem.code];
  const { code, message: detail } = problem;
  return {
    type: `urn:berth:problem:${code}`,
    code,
    title,
    status,
    detail,
    retryable,
    ...facts(problem),
    ...(incident === undefined ? {} : { incident }),
  };
}

function facts(problem: Problem): Partial<ProblemDocument> {
  const { errors, operation, app, apps, request, logTail } = problem.facts as Partial<ProblemDocument>;
  const given = { errors: errors && [...errors], operation, app, apps, request, logTail };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
