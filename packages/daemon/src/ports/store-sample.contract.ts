import type { DomainRoute } from '@berth/spec/app-route';
import type { AppSpec } from '@berth/spec/app-spec';
import type { App, Release } from '../core/app.ts';
import { newCertificate } from '../core/certificate.ts';
import type { Change, KeptAnswer } from '../core/change.ts';
import type { Event } from '../core/event.ts';
import type { Operation } from '../core/operation.ts';

/** Writes of plain records, each with what a test is about in the arguments. */
export function appPut(app: Partial<App> & Pick<App, 'id'>): Change & { kind: 'app.put' } {
  return { kind: 'app.put', app: { ...plainApp, name: app.id, ...app } };
}

/** An address as an app holds it. */
export function domainAt(host: string, pathPrefix = '/'): DomainRoute {
  return { host, pathPrefix, stripPrefix: false };
}

export function releasePut(
  appId: string,
  number: number,
  state: Release['state'] = 'superseded',
): Change & { kind: 'release.put' } {
  return { kind: 'release.put', release: { ...plainRelease, appId, number, state } };
}

export function operationPut(id: string, fields: Partial<Operation> = {}): Change & { kind: 'operation.put' } {
  return { kind: 'operation.put', operation: { ...plainOperation, id, ...fields } };
}

/** An operation that ended at a time. */
export function endedPut(
  id: string,
  endedAt: number,
  fields: Partial<Operation> = {},
): Change & { kind: 'operation.put' } {
  return operationPut(id, { state: 'succeeded', phase: 'done', endedAt, ...fields });
}

export function eventAdd(id: number, fields: Partial<Event> = {}): Change & { kind: 'event.add' } {
  return { kind: 'event.add', event: { ...plainEvent, id, at: id, ...fields } };
}

export function userPut(name: string): Change {
  return { kind: 'user.put', user: { name, role: 'user', createdAt: 1 } };
}

export function tokenPut(id: string, user: string): Change {
  return {
    kind: 'token.put',
    token: { id, user, label: '', scopes: ['read'], hash: id, createdAt: 1, expiresAt: null, lastUsedAt: null },
  };
}

export function credentialPut(owner: string, name: string, password = 'secret'): Change {
  const credential = { owner, name, password, registry: 'registry.example.org', username: 'ci', createdAt: 1 };
  return { kind: 'credential.put', credential };
}

export function certificatePut(id: string, owner: string | null): Change {
  return { kind: 'certificate.put', certificate: { ...newCertificate({ id, hosts: [`${id}.org`], now: 1 }), owner } };
}

export function answerPut(user: string, key: string, fields: Partial<KeptAnswer> = {}): Change {
  return {
    kind: 'answer.put',
    answer: { user, key, request: '', status: 200, headers: {}, body: '{}', at: 1, ...fields },
  };
}

const plainApp: Omit<App, 'id' | 'name'> = {
  owner: 'ada',
  engine: 'local',
  desired: 'running',
  desiredSince: 1,
  urgent: false,
  removing: null,
  replicas: 1,
  domains: [],
  route: {},
  life: {},
  spawn: null,
  maintenance: null,
  target: null,
  serving: null,
  takeover: 'beside',
  failure: null,
  lastRelease: 1,
  lastGeneration: 1,
  version: 1,
  createdAt: 1,
  updatedAt: 1,
};

const plainSpec: AppSpec = {
  image: 'example/app:1',
  pull: 'auto',
  env: {},
  volumes: [],
  files: [],
  labels: {},
  pidsLimit: 1024,
  restart: 'always',
  health: { intervalSeconds: 10, timeoutSeconds: 5, startTimeoutSeconds: 60, failures: 3 },
  stopGraceSeconds: 10,
  drainSeconds: 30,
  strategy: 'beside',
  readOnlyRoot: false,
  tmpfs: [],
};

const plainRelease: Omit<Release, 'appId' | 'number' | 'state'> = {
  spec: plainSpec,
  imageId: null,
  digest: null,
  servedPort: null,
  reason: null,
  createdBy: 'ada',
  createdAt: 1,
  servingSince: null,
};

const plainOperation: Omit<Operation, 'id'> = {
  kind: 'deploy',
  appId: 'a',
  appName: 'a',
  owner: 'ada',
  actor: 'ada',
  revision: null,
  state: 'running',
  phase: 'accepted',
  progress: null,
  detail: '',
  problem: null,
  logTail: [],
  createdAt: 1,
  endedAt: null,
};

const plainEvent: Omit<Event, 'id' | 'at'> = {
  kind: 'app.state',
  app: 'a',
  owner: 'ada',
  operation: null,
  detail: '',
};
