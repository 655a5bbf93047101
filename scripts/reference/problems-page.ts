import { problemTable } from '../../packages/spec/src/problem.ts';

/** The error reference, in Markdown. */
export function renderProblemsPage(): string {
  const rows = Object.entries(problemTable).map(
    ([code, { status, retryable, title }]) => `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${title}. |`,
  );
  return `# Problems

Every failure of the API is an \`application/problem+json\` document (RFC 9457) whose \`code\` stands in this table. \`detail\` says what
happened and what to do next; \`errors\` names the fields of a \`validation-failed\`. Where a retry may help, \`retryable\` is true.
An \`internal\` one carries an \`incident\`, an id that stands in the daemon's log beside the cause. A code is never given another meaning.

| code | status | retry | meaning |
|---|---|---|---|
${rows.join('\n')}
`;
}
