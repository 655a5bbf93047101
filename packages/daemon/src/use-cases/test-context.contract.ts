import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scope } from '@berth/spec/access';
import { createMemoryEngine, type MemoryEngine } from '../adapters/memory/memory-engine.ts';
import { MemoryEdge } from '../adapters/memory-edge/memory-edge.ts';
import { createMemoryUploads } from '../adapters/memory/memory-uploads.ts';
import { openSqliteStore } from '../adapters/sqlite/open-sqlite-store.ts';
import type { Change } from '../core/change.ts';
import { noQuota } from '../core/quota.ts';
import { defaultLimits } from '../core/route-table.ts';
import { defaultUploads } from '../core/upload.ts';
import type { Actor } from './actor.ts';
import { type Context, createContext, type Policy } from './context.ts';
import { Ledger } from './ledger.ts';
import { ManualClock } from './manual-clock.contract.ts';

/** A context over a real store and an engine in memory, with a clock that tests move. */
interface OpenContext extends Context {
  readonly clock: ManualClock;
  readonly engine: MemoryEngine;
}

/** Its store lies in a folder of its own. */
export interface TestContext extends OpenContext {
  close(): Promise<void>;
  /** The same store after `store.close()`, as a new process finds it. */
  reopen(): Promise<OpenContext>;
}

const allScopes: readonly Scope[] = ['read', 'deploy', 'operate', 'exec', 'admin'];
const ownScopes = allScopes.filter((scope) => scope !== 'admin');

/** An administrator, and two users who have nothing to do with each other. */
export const root: Actor = { user: 'root', role: 'admin', scopes: allScopes };
export const ada: Actor = { user: 'ada', role: 'user', scopes: ownScopes };
export const bob: Actor = { user: 'bob', role: 'user', scopes: ownScopes };

export const testPolicy: Policy = {
  site: 'test',
  defaultEngine: 'local',
  baseDomain: 'localhost',
  defaultApp: null,
  limits: defaultLimits,
  requiresTls: false,
  publicUrl: { scheme: 'http', port: 8080 },
  allowedPrivileges: [],
  publishing: { address: '127.0.0.1', lowestHostPort: 1024 },
  uptimeDays: 396,
  quotas: { perUser: noQuota, appCpus: 1, appMemoryBytes: 512 * 1024 ** 2 },
  uploads: defaultUploads,
  budgets: {},
  mounts: [],
};

/** Opens a context with root, ada and bob as its users, and one engine that has the image `example/app:1`. */
export async function openTestContext({
  policy = {},
}: {
  readonly policy?: Partial<Policy>;
} = {}): Promise<TestContext> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-use-cases-'));
  const clock = new ManualClock();
  const engine = createMemoryEngine({
    name: 'local',
    clock,
    images: [{ reference: 'example/app:1', exposedPorts: [8080] }],
  });
  const place = { file: join(folder, 'berth.db'), clock, engine, policy: { ...testPolicy, ...policy } };
  const context = await openAt(place);
  await context.ledger.write(() => ({ changes: [root, ada, bob].map(userPut), result: null }));
  const close = async (): Promise<void> => {
    await context.store.close();
    await rm(folder, { recursive: true });
  };
  return { ...context, close, reopen: () => openAt(place) };
}

interface Place {
  readonly file: string;
  readonly clock: ManualClock;
  readonly engine: MemoryEngine;
  readonly policy: Policy;
}

async function openAt({ file, clock, engine, policy }: Place): Promise<OpenContext> {
  const store = await openSqliteStore(file);
  const ledger = await Ledger.open(store, clock);
  const engines = new Map([[engine.name, engine]]);
  const uploadFolder = createMemoryUploads();
  const context = createContext({ ledger, store, clock, edge: new MemoryEdge(), engines, policy, uploadFolder });
  setConnected(context, engine.name, true);
  return { ...context, clock, engine };
}

/** What the reconciler says of an engine. */
export function setConnected(context: Context, engine: string, connected: boolean): void {
  context.fleet.putEngine(engine, {
    connected,
    reason: connected ? null : 'It is being restarted.',
    description: null,
    observedAt: null,
  });
}

function userPut({ user, role }: Actor): Change {
  return { kind: 'user.put', user: { name: user, role, createdAt: 0 } };
}
