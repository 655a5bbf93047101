import type { RoutePolicy } from '../core/app-route.ts';
import type { CertificatePolicy } from '../core/certificate-wish.ts';
import type { MemoryBudget } from '../core/memory-budget.ts';
import type { UploadPolicy } from '../core/upload.ts';
import type { ImagePolicy } from '../core/image-policy.ts';
import type { QuotaPolicy } from '../core/quota.ts';
import type { Template } from '../core/template.ts';
import type { Clock } from '../ports/clock.ts';
import type { Edge } from '../ports/edge.ts';
import type { Engine } from '../ports/engine.ts';
import type { Store } from '../ports/store.ts';
import type { UploadFolder } from '../ports/upload-folder.ts';
import { AppIndex } from './app-index.ts';
import { CertificateBoard } from './certificate-board.ts';
import { Fleet } from './fleet.ts';
import { ImagePullBoard } from './image-pull-board.ts';
import type { Ledger } from './ledger.ts';
import { OtherRoutes } from './other-routes.ts';
import { ProgressBoard } from './progress-board.ts';
import { StatsBoard } from './stats-board.ts';
import { StatsHistory } from './stats-history.ts';
import { UploadBoard } from './upload-board.ts';
import { UptimeBoard } from './uptime-board.ts';
import { UseBoard } from './use-board.ts';

/** What a context is made of: what reaches the world, and the ledger over its store. */
export interface Surroundings {
  readonly ledger: Ledger;
  readonly store: Store;
  readonly edge: Edge;
  readonly clock: Clock;
  readonly engines: ReadonlyMap<string, Engine>;
  readonly policy: Policy;
  readonly uploadFolder: UploadFolder;
}

/** What every use-case works with. Built once, in main. */
export interface Context extends Surroundings {
  readonly fleet: Fleet;
  readonly progress: ProgressBoard;
  readonly imagePulls: ImagePullBoard;
  readonly appIndex: AppIndex;
  readonly stats: StatsBoard;
  readonly statsHistory: StatsHistory;
  readonly certificates: CertificateBoard;
  readonly uptime: UptimeBoard;
  readonly uploads: UploadBoard;
  readonly otherRoutes: OtherRoutes;
  readonly use: UseBoard;
}

/** Puts the boards, all empty, beside what reaches the world. */
export function createContext(surroundings: Surroundings): Context {
  const fleet = new Fleet();
  const boards = {
    fleet,
    progress: new ProgressBoard(),
    imagePulls: new ImagePullBoard(),
    appIndex: new AppIndex(surroundings.ledger),
    stats: new StatsBoard(surroundings),
    statsHistory: new StatsHistory(),
    certificates: new CertificateBoard(),
    uptime: new UptimeBoard(surroundings),
    uploads: new UploadBoard(),
    use: new UseBoard({ ...surroundings, fleet }),
    otherRoutes: new OtherRoutes(),
  };
  return { ...surroundings, ...boards };
}

export interface Policy extends RoutePolicy {
  /** Marks everything of this installation on a shared engine. */
  readonly site: string;
  readonly defaultEngine: string;
  /** How an app's URL begins and ends: scheme, and the port where it is not the scheme's own. */
  readonly publicUrl: { readonly scheme: 'http' | 'https'; readonly port: number };
  /** How long uptime is kept, in days. */
  readonly uptimeDays: number;
  readonly uploads: UploadPolicy;
  readonly budgets: Readonly<Record<string, MemoryBudget>>;
  readonly quotas: QuotaPolicy;
  /** Those of the settings, by name. */
  readonly templates?: ReadonlyMap<string, Template>;
  /** How many spawns there may be at a time, of all templates. Absent: any number. */
  readonly maxSpawns?: number | undefined;
  /** Privileges that administrators may give to apps. */
  readonly allowedPrivileges: readonly Privilege[];
  /** Absent where no app may publish ports on its engine's host. */
  readonly publishing?: PublishingPolicy;
  /** Absent: every image may be used. */
  readonly images?: ImagePolicy;
  /** Absent where no authority issues certificates. */
  readonly certificates?: CertificatePolicy;
}

/** How apps may publish ports on their engine's host. */
interface PublishingPolicy {
  /** The host's IPv4 address. */
  readonly address: string;
  /** The lowest port that an app may fix. */
  readonly lowestHostPort: number;
}

export type Privilege = 'privileged' | 'hostNetwork' | 'hostPid' | 'hostMounts' | 'devices' | 'capabilities';
