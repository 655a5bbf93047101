import type { FieldError } from '@berth/spec/problem';
import type { ProblemDocument } from '@berth/spec/problem-document';
import { exitCode } from './exit-code.ts';

/** Why a command ends badly, as its reader is told: what is wrong, in which fields, and what to do next. */
export interface Complaint {
  readonly exitCode: number;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly errors?: readonly FieldError[] | undefined;
  readonly logTail?: readonly string[] | undefined;
  readonly nextSteps?: readonly string[] | undefined;
  /** What a program is told instead: `--json` prints it. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** The one error that commands throw; anything else is a mistake in Berth. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly complaint: Complaint;

  constructor(complaint: Complaint, cause?: unknown) {
    super(complaint.title, cause === undefined ? undefined : { cause });
    this.complaint = complaint;
  }
}

/** The words of the command line cannot be understood. */
export function usageFailure(detail: string, nextSteps: readonly string[] = []): Failure {
  return localFailure('usage', { title: detail, nextSteps, exitCode: exitCode.usage });
}

/** Something on this side of the wire is not as it must be: a file, the terminal, the answer's form. */
export function localFailure(
  code: string,
  complaint: Omit<Complaint, 'document' | 'exitCode'> & { readonly exitCode?: number },
  cause?: unknown,
): Failure {
  const { title, detail } = complaint;
  const document = { type: `urn:berth:cli:${code}`, code, title, ...(detail === undefined ? {} : { detail }) };
  return new Failure({ exitCode: exitCode.failed, ...complaint, document }, cause);
}

/** The daemon said no. */
export function refusal(document: ProblemDocument, nextSteps: readonly string[] = []): Failure {
  const { title, detail, errors, logTail } = document;
  return new Failure({ exitCode: exitCode.failed, title, detail, errors, logTail, nextSteps, document });
}

/** The person at the keyboard ended the command. */
export function interruption(nextSteps: readonly string[] = []): Failure {
  return localFailure('interrupted', { title: 'Interrupted', nextSteps, exitCode: exitCode.interrupted });
}
