import type { Operation, OperationPhase } from '@berth/spec/operation';
import type { Paint } from '../output/paint.ts';
import { printable } from '../output/text-width.ts';
import { renderDuration } from '../render/duration.ts';

const barWidth = 20;

const words: Readonly<Record<OperationPhase, string>> = {
  accepted: 'waiting',
  pulling: 'pulling the image',
  creating: 'creating instances',
  starting: 'starting instances',
  probing: 'waiting for an answer',
  routing: 'moving the routes',
  draining: 'letting requests end',
  stopping: 'stopping instances',
  removing: 'removing',
  done: 'done',
};

/** What an operation is doing: `pulling the image ██████░░░░ 63%`. */
export function renderPhase({ phase, progress, detail }: Operation, paint: Paint): string {
  const bar = progress === null ? '' : ` ${renderBar(progress, paint)}`;
  const remark = remarkOf(phase, detail);
  return `${words[phase]}${bar}${remark === '' ? '' : `  ${paint('dim', remark)}`}`;
}

/** The same without what changes every moment, for a log. */
export function renderPhaseLine({ phase, detail }: Operation): string {
  const remark = remarkOf(phase, detail);
  return remark === '' ? words[phase] : `${words[phase]}: ${remark}`;
}

/** What the daemon adds to the phase, unless it only names it. */
function remarkOf(phase: OperationPhase, detail: string): string {
  return detail === 'Accepted.' || detail.startsWith(`${phase} …`) ? '' : printable(detail);
}

function renderBar(part: number, paint: Paint): string {
  const full = Math.round(Math.min(1, Math.max(0, part)) * barWidth);
  const bar = paint('link', '█'.repeat(full)) + paint('dim', '░'.repeat(barWidth - full));
  return `${bar} ${String(Math.floor(part * 100)).padStart(3)}%`;
}

type Sentence = (operation: Operation) => string;

const sentences: Readonly<Record<Operation['kind'], Sentence>> = {
  deploy: ({ release }) => `release ${release} is up`,
  rollback: ({ release }) => `rolled back, as release ${release}`,
  restart: () => 'restarted',
  reset: () => 'reset',
  scale: () => 'scaled',
  start: () => 'started',
  stop: () => 'stopped',
  kill: () => 'killed',
  pause: () => 'paused',
  unpause: () => 'unpaused',
  domains: () => 'domains changed',
  route: () => 'routes changed',
  maintenance: () => 'what visitors see changed',
  life: () => 'what ends it changed',
  remove: () => 'removed',
};

/** How an operation ended, in one line: `✔ shop  stopped  1.2 s`. */
export function renderEnd(operation: Operation, paint: Paint): string {
  const name = paint('strong', operation.app);
  const spent = operation.endedAt === null ? 0 : Date.parse(operation.endedAt) - Date.parse(operation.createdAt);
  const time = spent < 1 ? '' : `  ${paint('dim', renderDuration(spent))}`;
  if (operation.state === 'succeeded') {
    const isNothing = operation.detail === 'There was nothing to change.';
    return `${paint('good', '✔')} ${name}  ${isNothing ? 'as it was: there was nothing to change' : sentences[operation.kind](operation)}${time}`;
  }
  if (operation.state === 'running')
    return `${paint('good', '✔')} ${name}  ${operation.kind} accepted  ${paint('dim', operation.id)}`;
  const { problem, detail } = operation;
  const reason = problem === null ? detail : `${problem.title}: ${problem.detail}`;
  return `${paint('bad', '✖')} ${name}  ${operation.kind} ${operation.state}  ${printable(reason)}`;
}
