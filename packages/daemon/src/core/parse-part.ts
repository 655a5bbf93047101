import { type FieldError, Problem } from '@berth/spec/problem';
import type { z } from 'zod';

const mostErrors = 20;

type Issue = z.core.$ZodIssue;

/** Parses one part of a request; a refusal names each field as `ports[0].containerPort`. `whole` names the part itself. */
export function parsePart<Schema extends z.ZodType>(schema: Schema, value: unknown, whole: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.flatMap((issue) => issueErrors(issue, whole)));
}

/** A validation problem about these fields. */
function invalid(errors: readonly FieldError[]): Problem {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const detail = first === undefined ? 'The request is not valid.' : `${first.field}: ${first.detail}${more}`;
  return new Problem('validation-failed', detail, { facts: { errors: errors.slice(0, mostErrors) } });
}

function issueErrors(issue: Issue, whole: string): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: renderPath([...issue.path, key], whole),
      detail: 'is not a field that is known here',
    }));
  }
  return [{ field: renderPath(issue.path, whole), detail: renderIssue(issue) }];
}

function renderIssue(issue: Issue): string {
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return isMissing ? 'is needed' : issue.message;
}

function renderPath(path: readonly PropertyKey[], whole: string): string {
  const text = path.map(renderStep).join('');
  return text === '' ? whole : text.replace(/^\./, '');
}

function renderStep(step: PropertyKey): string {
  if (typeof step === 'number') return `[${step}]`;
  const name = String(step).slice(0, 120);
  return /^[\w.@/-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
