import type { Complaint } from '../failure.ts';
import type { Paint } from '../output/paint.ts';
import { printable } from '../output/text-width.ts';

/** What went wrong, for a person: title and detail, the fields, the last lines of a log, what to do next. */
export function renderComplaint(complaint: Complaint, paint: Paint): string {
  const { title, detail, errors = [], logTail = [], nextSteps = [] } = complaint;
  const isOneField = errors.length === 1 && detail?.includes(errors[0]?.detail ?? '') === true;
  return [
    `${paint('bad', '✖')} ${paint('strong', title)}${detail === undefined ? '' : `: ${printable(detail)}`}`,
    ...(isOneField ? [] : errors.map((error) => `  ${paint('warn', error.field)}: ${printable(error.detail)}`)),
    ...renderLogTail(logTail, paint),
    ...nextSteps.map((step) => `  ${paint('dim', '→')} ${step}`),
  ].join('\n');
}

/** The last lines that a container wrote, set off from our own words. */
export function renderLogTail(lines: readonly string[], paint: Paint): readonly string[] {
  if (lines.length === 0) return [];
  return [`  ${paint('dim', 'Its last lines:')}`, ...lines.map((line) => `  ${paint('dim', '│')} ${printable(line)}`)];
}
