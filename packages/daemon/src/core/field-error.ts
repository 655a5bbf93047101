import { type FieldError, Problem } from '@berth/spec/problem';
import type { z } from 'zod';

/** What a schema found wrong, as one problem that names every field. */
export function validationProblem(error: z.core.$ZodError): Problem {
  const errors = error.issues.flatMap(fieldErrors);
  const [first] = errors;
  const more = errors.length > 1 ? ` And ${errors.length - 1} more.` : '';
  const detail = first === undefined ? 'The request is not valid.' : `${first.field}: ${first.detail}.${more}`;
  return new Problem('validation-failed', detail, { facts: { errors } });
}

/** An unknown field is reported where it stands, so that a typo is named. */
function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code !== 'unrecognized_keys') return [{ field: renderPath(issue.path), detail: issue.message }];
  return issue.keys.map((key) => ({ field: renderPath([...issue.path, key]), detail: 'is not a known field' }));
}

/** `['ports', 0, 'containerPort']` → `ports[0].containerPort`. */
function renderPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
