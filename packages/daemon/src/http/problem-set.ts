import type { ProblemCode } from '@berth/spec/problem';

/** Problems that come together, so that an endpoint names the group. */

/** Of an engine that has to be asked or has to be there. */
export const engineProblems = [
  'engine-unreachable',
  'engine-timeout',
  'engine-failed',
  'engine-conflict',
  'engine-disk-full',
] as const satisfies readonly ProblemCode[];

/** Of a change to an app's wish. */
export const changeProblems = [
  'app-not-found',
  'quota-exceeded',
  'precondition-failed',
  'operation-in-progress',
  'wrong-state',
  'engine-unreachable',
  'engine-not-found',
] as const satisfies readonly ProblemCode[];

/** What an operation can end with, told to those who wait for it. */
export const outcomeProblems = [
  'operation-superseded',
  'deploy-failed',
  'instance-failed',
  'image-not-found',
  'image-refused',
  'registry-unreachable',
  'edge-unreachable',
  'volume-not-found',
  'still-in-use',
  'policy-refused',
  ...engineProblems,
] as const satisfies readonly ProblemCode[];

/** What any endpoint can answer with. */
export const usualProblems = [
  'malformed-request',
  'validation-failed',
  'internal',
  'shutting-down',
] as const satisfies readonly ProblemCode[];
export const bearerProblems = ['unauthenticated', 'forbidden'] as const satisfies readonly ProblemCode[];
export const bodyProblems = ['unsupported-media-type', 'body-too-large'] as const satisfies readonly ProblemCode[];
export const keyProblems = ['idempotency-key-reused'] as const satisfies readonly ProblemCode[];
