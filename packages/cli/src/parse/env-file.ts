import type { Assignment } from './assignment.ts';
import { assignment } from './assignment.ts';

/** A line of an env file that is no assignment. */
export interface EnvFileError {
  readonly line: number;
}

/**
 * `NAME=value` lines as Docker's `--env-file` reads them: nothing is unquoted and nothing is expanded, `#` starts a comment
 * at the beginning of a line only.
 */
export function parseEnvFile(text: string): readonly Assignment[] | EnvFileError {
  const assignments: Assignment[] = [];
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const trimmed = line.trimStart();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const parsed = assignment.parse(trimmed);
    if (parsed === undefined) return { line: index + 1 };
    assignments.push(parsed);
  }
  return assignments;
}
