import type { Operation } from '@berth/spec/operation';
import type { Daemon } from '../connection/daemon.ts';
import { interruption } from '../failure.ts';
import { renderDuration } from '../render/duration.ts';
import type { Session } from '../session.ts';
import { followOperation, type Progress } from './follow-operation.ts';
import { renderEnd, renderPhase, renderPhaseLine } from './progress-text.ts';

export interface Awaiting {
  /** True: a line for each end goes to standard output. False: the caller says how it ended. */
  readonly reportsEnds: boolean;
}

/** Follows operations side by side, showing how they go on, until all have ended. Ctrl-C leaves them to themselves. */
export async function awaitOperations(
  session: Session,
  operations: readonly Operation[],
  awaiting: Awaiting,
): Promise<readonly Operation[]> {
  const daemon = await session.daemon();
  try {
    return await Promise.all(operations.map((operation) => awaitOne({ session, daemon, awaiting }, operation)));
  } catch (error) {
    session.output.live?.stop();
    throw session.signal.aborted ? interruption(farewell(operations)) : error;
  }
}

interface Watch {
  readonly session: Session;
  readonly daemon: Daemon;
  readonly awaiting: Awaiting;
}

async function awaitOne(watch: Watch, accepted: Operation): Promise<Operation> {
  let operation = accepted;
  const show = createDisplay(watch.session, accepted);
  if (accepted.state === 'running') {
    for await (const progress of followOperation(watch.daemon, accepted.id, watch.session.world)) {
      if (progress !== 'silence' && isBackwards(operation, progress)) continue;
      if (progress !== 'silence') operation = progress;
      show(progress);
    }
  }
  settle(watch, operation);
  return operation;
}

/** The record on disk knows only the first phase, so it looks like a step back when it is read between two others. */
function isBackwards(before: Operation, after: Operation): boolean {
  return after.state === 'running' && after.phase === 'accepted' && before.phase !== 'accepted';
}

const silence = 'Berth does not answer; waiting for it';

type Display = (progress: Progress) => void;

function createDisplay({ output, world }: Session, { id, app }: Operation): Display {
  const began = world.now();
  const { live, notePaint: paint } = output;
  if (live === undefined) return createLogDisplay(output, app);
  return (progress) => {
    const text = progress === 'silence' ? paint('warn', silence) : renderPhase(progress, paint);
    live.set(id, (spinner) => {
      const wholeSeconds = Math.floor((world.now() - began) / 1000);
      const time = wholeSeconds === 0 ? '' : `  ${paint('dim', renderDuration(wholeSeconds * 1000))}`;
      return `${paint('link', spinner)} ${paint('strong', app)}  ${text}${time}`;
    });
  };
}

/** Where nothing can be drawn over, each phase is said once. */
function createLogDisplay(output: Session['output'], app: string): Display {
  let last = '';
  return (progress) => {
    const phase = progress === 'silence' ? progress : progress.phase;
    if (phase === last || phase === 'done') return;
    last = phase;
    output.note(`${app}: ${progress === 'silence' ? silence : renderPhaseLine(progress)}`);
  };
}

function settle({ session: { output }, awaiting }: Watch, operation: Operation): void {
  const isTold = awaiting.reportsEnds && !output.isJson;
  output.live?.settle(operation.id, () => isTold && output.write(renderEnd(operation, output.paint)));
  if (output.live === undefined && isTold) output.write(renderEnd(operation, output.paint));
}

function farewell(operations: readonly Operation[]): readonly string[] {
  const [first] = operations;
  if (first === undefined) return [];
  if (operations.length > 1) return ['The operations go on; `berth ops` shows how.'];
  return [
    `The ${first.kind} of ${first.app} goes on. Follow it with \`berth ops follow ${first.id}\`, or look with \`berth status ${first.app}\`.`,
  ];
}
