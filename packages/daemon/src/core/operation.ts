import type { OperationKind, OperationPhase, OperationState } from '@berth/spec/operation';
import type { ProblemDocument } from '@berth/spec/problem-document';
import type { Revision } from './app.ts';

/** One accepted change and how far it is. Times are epoch milliseconds. */
export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly appId: string;
  readonly appName: string;
  readonly owner: string;
  readonly actor: string;
  /** What has to take traffic, for the kinds that make instances. */
  readonly revision: Revision | null;
  readonly state: OperationState;
  readonly phase: OperationPhase;
  readonly progress: number | null;
  readonly detail: string;
  readonly problem: ProblemDocument | null;
  readonly logTail: readonly string[];
  readonly createdAt: number;
  readonly endedAt: number | null;
}
