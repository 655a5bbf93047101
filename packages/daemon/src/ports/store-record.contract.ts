import type { AppLife } from '@berth/spec/app-life';
import type { AppRoute } from '@berth/spec/app-route';
import type { AppSpec } from '@berth/spec/app-spec';
import type { ProblemDocument } from '@berth/spec/problem-document';
import * as fc from 'fast-check';
import type { Credential, Token, User } from '../core/access.ts';
import type { App, Release, Revision } from '../core/app.ts';
import type { Authority, Certificate } from '../core/certificate.ts';
import type { KeptAnswer } from '../core/change.ts';
import type { Event } from '../core/event.ts';
import type { Operation } from '../core/operation.ts';
import type { GuardedRepository } from '../core/guarded-repository.ts';
import type { ImageRequest } from '../core/image-request.ts';
import type { OwnQuota } from '../core/own-quota.ts';
import type { ShelfItem } from '../core/shelf.ts';
import type { Template } from '../core/template.ts';
import type { Upload } from '../core/upload.ts';

/** One record of each kind, as odd as its type allows. */
export interface Records {
  readonly app: App;
  readonly release: Release;
  readonly operation: Operation;
  readonly event: Event;
  readonly user: User;
  readonly token: Token;
  readonly credential: Credential;
  readonly certificate: Certificate;
  readonly authority: Authority;
  readonly shelfItem: ShelfItem;
  readonly answer: KeptAnswer;
}

/** Any text but NUL: what a request, an image or a log line may bring. */
const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.replaceAll('\0', '0'));
const texts = fc.array(text, { maxLength: 4 });
const count = fc.maxSafeNat();
const time = fc.oneof(fc.maxSafeNat(), fc.integer({ min: 1_600_000_000_000, max: 2_600_000_000_000 }));
const flag = fc.boolean();
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const amount = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const revision: fc.Arbitrary<Revision> = fc.record({ release: count, generation: count });

const redirect = fc.record({ to: text, status: fc.constantFrom(301, 302, 307, 308), keepPath: flag });

const domains = fc.uniqueArray(
  fc.record(
    { host: text, pathPrefix: fc.constantFrom('/', '/a', '/a/b'), stripPrefix: flag, redirect, requireTls: flag },
    { requiredKeys: ['host', 'pathPrefix', 'stripPrefix'] },
  ),
  {
    selector: ({ host, pathPrefix }) => JSON.stringify([host, pathPrefix]),
    maxLength: 4,
  },
);

const route: fc.Arbitrary<AppRoute> = fc.record(
  { sticky: flag, limits: fc.record({ bodyBytes: count, idleSeconds: count }, { requiredKeys: [] }) },
  { requiredKeys: [] },
);

const spawn: fc.Arbitrary<App['spawn']> = maybe(
  fc.record({ template: text, user: maybe(text), parameters: fc.dictionary(text, text) }),
);

const life: fc.Arbitrary<AppLife> = fc.record(
  { lifetimeSeconds: count, idleSeconds: count, endedSeconds: count, atEnd: fc.constantFrom('stop', 'remove') },
  { requiredKeys: [] },
);

const spec: fc.Arbitrary<AppSpec> = fc.record(
  {
    image: text,
    pull: fc.constantFrom('auto', 'always'),
    registryCredential: text,
    command: texts,
    env: fc.dictionary(text, text),
    ports: fc.array(
      fc.record(
        { containerPort: count, protocol: fc.constantFrom('tcp', 'udp'), served: flag },
        { requiredKeys: ['containerPort', 'protocol'] },
      ),
    ),
    volumes: fc.array(fc.record({ name: text, path: text, readOnly: flag }), { maxLength: 2 }),
    files: fc.array(fc.record({ path: text, content: text, encoding: fc.constantFrom('utf8', 'base64'), mode: text }), {
      maxLength: 2,
    }),
    labels: fc.dictionary(text, text),
    cpus: amount,
    memoryBytes: count,
    pidsLimit: count,
    restart: fc.constantFrom('always', 'never'),
    health: fc.record(
      { path: text, intervalSeconds: count, timeoutSeconds: count, startTimeoutSeconds: count, failures: count },
      { requiredKeys: ['intervalSeconds', 'timeoutSeconds', 'startTimeoutSeconds', 'failures'] },
    ),
    stopGraceSeconds: count,
    drainSeconds: count,
    strategy: fc.constantFrom('beside', 'recreate'),
    readOnlyRoot: flag,
    tmpfs: fc.array(fc.record({ path: text }), { maxLength: 2 }),
    privileges: fc.record({ privileged: flag, capabilities: texts }, { requiredKeys: [] }),
  },
  {
    requiredKeys: [
      'image',
      'pull',
      'env',
      'volumes',
      'files',
      'labels',
      'pidsLimit',
      'restart',
      'health',
      'stopGraceSeconds',
      'drainSeconds',
      'strategy',
      'readOnlyRoot',
      'tmpfs',
    ],
  },
);

const problem: fc.Arbitrary<ProblemDocument> = fc.record(
  {
    type: text,
    code: fc.constantFrom('deploy-failed', 'internal'),
    title: text,
    status: count,
    detail: text,
    retryable: flag,
    errors: fc.array(fc.record({ field: text, detail: text }), { maxLength: 2 }),
    logTail: texts,
  },
  { requiredKeys: ['type', 'code', 'title', 'status', 'detail', 'retryable'] },
);

const app: fc.Arbitrary<App> = fc.record({
  id: text,
  name: text,
  owner: text,
  engine: text,
  route,
  life,
  spawn,
  maintenance: maybe(text),
  desired: fc.constantFrom('running', 'paused', 'stopped'),
  desiredSince: time,
  urgent: flag,
  removing: maybe(fc.record({ volumes: texts })),
  replicas: count,
  domains,
  target: maybe(revision),
  serving: maybe(revision),
  takeover: fc.constantFrom('beside', 'recreate'),
  failure: maybe(text),
  lastRelease: count,
  lastGeneration: count,
  version: count,
  createdAt: time,
  updatedAt: time,
});

const release: fc.Arbitrary<Release> = fc.record({
  appId: text,
  number: count,
  state: fc.constantFrom('pending', 'serving', 'superseded', 'failed'),
  spec,
  imageId: maybe(text),
  digest: maybe(text),
  servedPort: maybe(count),
  reason: maybe(text),
  createdBy: text,
  createdAt: time,
  servingSince: maybe(time),
});

const operation: fc.Arbitrary<Operation> = fc.record({
  id: text,
  kind: fc.constantFrom('deploy', 'remove'),
  appId: text,
  appName: text,
  owner: text,
  actor: text,
  revision: maybe(revision),
  state: fc.constantFrom('succeeded', 'failed', 'superseded'),
  phase: fc.constantFrom('accepted', 'done'),
  progress: maybe(amount),
  detail: text,
  problem: maybe(problem),
  logTail: texts,
  createdAt: time,
  endedAt: time,
});

const event: fc.Arbitrary<Event> = fc.record({
  id: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  at: time,
  kind: fc.constantFrom('app.created', 'engine.lost'),
  app: maybe(text),
  owner: maybe(text),
  operation: maybe(text),
  detail: text,
});

const user: fc.Arbitrary<User> = fc.record({ name: text, role: fc.constantFrom('admin', 'user'), createdAt: time });

const token: fc.Arbitrary<Token> = fc.record({
  id: text,
  user: text,
  label: text,
  scopes: fc.subarray(['read', 'deploy', 'operate', 'exec', 'admin']),
  hash: text,
  createdAt: time,
  expiresAt: maybe(time),
  lastUsedAt: maybe(time),
});

const credential: fc.Arbitrary<Credential> = fc.record({
  name: text,
  owner: text,
  registry: text,
  username: text,
  password: text,
  createdAt: time,
});

const chain = fc.record({
  certificatePem: text,
  keyPem: text,
  notBefore: time,
  notAfter: time,
  issuer: text,
  fingerprint: text,
});

const certificate: fc.Arbitrary<Certificate> = fc.record({
  id: text,
  hosts: texts,
  source: fc.constantFrom('acme', 'upload', 'file'),
  owner: maybe(text),
  chain: maybe(chain),
  order: maybe(fc.record({ directory: text, url: text, keyPem: text, createdAt: time })),
  failures: count,
  failure: maybe(fc.record({ at: time, code: fc.constantFrom('authority-refused', 'domain-unproven'), detail: text })),
  notBefore: time,
  renewal: maybe(fc.record({ at: time, isSuggested: flag, checkAt: maybe(time) })),
  told: maybe(fc.constantFrom('expiring', 'expired')),
  createdAt: time,
  updatedAt: time,
});

const authority: fc.Arbitrary<Authority> = fc.record({
  directory: text,
  account: maybe(fc.record({ url: maybe(text), keyPem: text, contacts: texts })),
  attempts: fc.array(fc.record({ at: time, kind: fc.constantFrom('order', 'renewal', 'failure'), hosts: texts })),
  heldUntil: time,
});

const imageRequest: fc.Arbitrary<ImageRequest> = fc.record({
  id: text,
  engine: text,
  reference: text,
  key: text,
  askers: fc.array(fc.record({ user: text, purpose: text, at: time })),
  state: fc.constantFrom('pending', 'ready'),
  decidedBy: maybe(text),
  decidedAt: maybe(time),
  reason: maybe(text),
  credential: maybe(fc.record({ owner: text, name: text, isForAll: flag })),
  failure: maybe(text),
  digest: maybe(text),
  imageId: maybe(text),
  createdAt: time,
  updatedAt: time,
});

const quota: fc.Arbitrary<OwnQuota> = fc.record({
  user: text,
  quota: fc.record({ apps: maybe(count), cpus: maybe(amount) }, { requiredKeys: [] }),
});

const upload: fc.Arbitrary<Upload> = fc.record({
  id: text,
  owner: text,
  name: text,
  sizeBytes: count,
  sha256: text,
  createdAt: time,
  unusedSince: maybe(time),
});

const guardedRepository: fc.Arbitrary<GuardedRepository> = fc.record({
  engine: text,
  repository: text,
  holders: fc.array(fc.record({ imageId: text, owner: maybe(text) })),
});

const template: fc.Arbitrary<Template> = fc.record({
  name: text,
  description: text,
  spec: fc.dictionary(text, fc.constantFrom<Template['spec'][string]>(null, true, 1, 'a', [1, { b: '{{id}}' }])),
  parameters: fc.dictionary(text, fc.record({ default: text, choices: fc.dictionary(text, text) })),
  max: count,
  onePerUser: fc.constantFrom('return', 'refuse'),
  idLength: count,
});

const shelfItem: fc.Arbitrary<ShelfItem> = fc.oneof(
  fc.record({ shelf: fc.constant('imageRequest'), key: text, record: imageRequest }),
  fc.record({ shelf: fc.constant('quota'), key: text, record: quota }),
  fc.record({ shelf: fc.constant('upload'), key: text, record: upload }),
  fc.record({ shelf: fc.constant('guardedRepository'), key: text, record: guardedRepository }),
  fc.record({ shelf: fc.constant('template'), key: text, record: template }),
);

const answer: fc.Arbitrary<KeptAnswer> = fc.record({
  user: text,
  key: text,
  request: text,
  status: count,
  headers: fc.dictionary(text, text),
  body: text,
  at: time,
});

/** Any records that a store must give back as it got them. */
export const anyRecords: fc.Arbitrary<Records> = fc.record({
  app,
  release,
  operation,
  event,
  user,
  token,
  credential,
  certificate,
  authority,
  shelfItem,
  answer,
});
