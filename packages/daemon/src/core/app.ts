import type { AppLife } from '@berth/spec/app-life';
import type { AppRoute, DomainRoute } from '@berth/spec/app-route';
import type { AppSpec } from '@berth/spec/app-spec';
import type { DesiredState } from '@berth/spec/app';
import type { ReleaseState } from '@berth/spec/release';
import type { SpawnOrigin } from '@berth/spec/spawn';

/** An app as wished for. All times are epoch milliseconds. */
export interface App {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly engine: string;
  readonly desired: DesiredState;
  /** When `desired` was last asked for: an instance that ended before is started again whatever its restart policy. */
  readonly desiredSince: number;
  /** Stop without drain and grace: somebody asked to kill. */
  readonly urgent: boolean;
  /** Set once the app is to go; lists the volumes that go with it. */
  readonly removing: { readonly volumes: readonly string[] } | null;
  readonly replicas: number;
  readonly domains: readonly DomainRoute[];
  readonly route: AppRoute;
  readonly life: AppLife;
  /** Stopped by Berth itself and not by a person, and why; absent or null otherwise. */
  readonly asleep?: 'expired' | 'evicted' | null;
  /** Of what template it was made, and for whom; null when of none. */
  readonly spawn: SpawnOrigin | null;
  /** What visitors read in place of the app; null when it is open. */
  readonly maintenance: string | null;
  /** What is being rolled out; null when nothing is. */
  readonly target: Revision | null;
  /** What took traffic last. */
  readonly serving: Revision | null;
  /** How `target` takes over. */
  readonly takeover: 'beside' | 'recreate';
  /** Why the newest release is not the serving one. */
  readonly failure: string | null;
  /** The highest release number and generation given out. */
  readonly lastRelease: number;
  readonly lastGeneration: number;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A release, and the how-manieth time instances of it are made: a restart makes new ones of the same release. */
export interface Revision {
  readonly release: number;
  readonly generation: number;
}

/** One immutable revision of an app's spec. */
export interface Release {
  readonly appId: string;
  readonly number: number;
  readonly state: ReleaseState;
  readonly spec: AppSpec;
  readonly imageId: string | null;
  readonly digest: string | null;
  /** Known once the image is: the container port that the URL reaches, null when none is served. */
  readonly servedPort: number | null;
  readonly reason: string | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly servingSince: number | null;
}

export function sameRevision(one: Revision | null, other: Revision | null): boolean {
  return one !== null && other !== null && one.release === other.release && one.generation === other.generation;
}

/** The revision that instances should be of: the one being rolled out, else the serving one. */
export function wantedRevision(app: App): Revision | null {
  return app.target ?? app.serving;
}
