import type { AppState } from '@berth/spec/app';
import type { CertificateState } from '@berth/spec/certificate';
import type { ImageRequestState } from '@berth/spec/image-request';
import type { InstanceHealth, InstanceState } from '@berth/spec/instance';
import type { OperationState } from '@berth/spec/operation';
import type { ReleaseState } from '@berth/spec/release';
import type { UptimeState } from '@berth/spec/uptime';
import type { Paint } from '../output/paint.ts';

type State =
  | AppState
  | CertificateState
  | ImageRequestState
  | InstanceState
  | InstanceHealth
  | OperationState
  | ReleaseState
  | UptimeState
  | 'connected'
  | 'unreachable';
type Tone = Parameters<Paint>[0];

const tones: Readonly<Partial<Record<State, Tone>>> = {
  running: 'good',
  healthy: 'good',
  serving: 'good',
  succeeded: 'good',
  completed: 'good',
  connected: 'good',
  valid: 'good',
  ready: 'good',
  deploying: 'warn',
  degraded: 'warn',
  starting: 'warn',
  stopping: 'warn',
  removing: 'warn',
  restarting: 'warn',
  pending: 'warn',
  approved: 'warn',
  expiring: 'warn',
  unknown: 'warn',
  'crash-looping': 'bad',
  failed: 'bad',
  rejected: 'bad',
  dead: 'bad',
  down: 'bad',
  unhealthy: 'bad',
  unreachable: 'bad',
  none: 'dim',
  paused: 'dim',
  stopped: 'dim',
  exited: 'dim',
  superseded: 'dim',
};

/** A state in the colour that its kind has everywhere. */
export function renderState(state: State, paint: Paint): string {
  const tone = tones[state];
  return tone === undefined ? state : paint(tone, state);
}
