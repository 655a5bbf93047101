import type { Clock } from '../ports/clock.ts';
import type { Edge } from '../ports/edge.ts';
import type { Engine } from '../ports/engine.ts';
import type { Store } from '../ports/store.ts';
import type { Fleet } from './fleet.ts';
import type { Ledger } from './ledger.ts';
import type { ProgressBoard } from './progress-board.ts';

/** What every use-case works with. Built once, in main. */
export interface Context {
  readonly ledger: Ledger;
  readonly fleet: Fleet;
  readonly store: Store;
  readonly edge: Edge;
  readonly clock: Clock;
  readonly engines: ReadonlyMap<string, Engine>;
  readonly progress: ProgressBoard;
  readonly policy: Policy;
}

export interface Policy {
  /** Marks everything of this installation on a shared engine. */
  readonly site: string;
  readonly defaultEngine: string;
  readonly baseDomain: string;
  /** How an app's URL begins and ends: scheme, and the port where it is not the scheme's own. */
  readonly publicUrl: { readonly scheme: 'http' | 'https'; readonly port: number };
  /** Privileges that administrators may give to apps. */
  readonly allowedPrivileges: readonly Privilege[];
}

export type Privilege = 'privileged' | 'hostNetwork' | 'hostPid' | 'hostMounts' | 'devices' | 'capabilities';
