import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMemoryEngine } from '../../packages/daemon/src/adapters/memory/memory-engine.ts';
import { createMemoryUploads } from '../../packages/daemon/src/adapters/memory/memory-uploads.ts';
import { MemoryEdge } from '../../packages/daemon/src/adapters/memory-edge/memory-edge.ts';
import { openSqliteStore } from '../../packages/daemon/src/adapters/sqlite/open-sqlite-store.ts';
import { systemClock } from '../../packages/daemon/src/adapters/system-clock/system-clock.ts';
import { noQuota } from '../../packages/daemon/src/core/quota.ts';
import { defaultLimits } from '../../packages/daemon/src/core/route-table.ts';
import { defaultUploads } from '../../packages/daemon/src/core/upload.ts';
import { createHttpServer } from '../../packages/daemon/src/http/http-server.ts';
import { ControlLoop } from '../../packages/daemon/src/reconcile/control-loop.ts';
import type { World } from '../../packages/daemon/src/reconcile/world.ts';
import { createContext } from '../../packages/daemon/src/use-cases/context.ts';
import { Ledger } from '../../packages/daemon/src/use-cases/ledger.ts';
import { ensureAdministrator } from '../../packages/daemon/src/use-cases/setup.ts';

// A program: the product as its main.ts puts it together, but on an engine and an edge in memory, so that thousands of
// apps need no containers. Arguments: the data folder and the port of the API.
const [folder = '', port = ''] = process.argv.slice(2);
const complain = (...words: unknown[]) => console.error(...words);
const log = { info() {}, warn: complain, error: complain } as unknown as World['log'];
const world = await openWorld();
writeFileSync(join(folder, 'admin.token'), (await ensureAdministrator(world)) ?? '', { mode: 0o600 });
const control = new ControlLoop(world, { rebuilding: false });
control.start();
const readiness = () => ({ ready: control.unready() === null, reason: control.unready() });
await createHttpServer(world, { logger: log, readiness }).listen({ host: '127.0.0.1', port: Number(port) });

async function openWorld(): Promise<World> {
  const store = await openSqliteStore(join(folder, 'berth.db'));
  const engine = createMemoryEngine({ name: 'local', images: [{ reference: 'bench:1', exposedPorts: [8080] }] });
  const context = createContext({
    store,
    ledger: await Ledger.open(store, systemClock),
    edge: new MemoryEdge(),
    uploadFolder: createMemoryUploads(),
    engines: new Map([[engine.name, engine]]),
    clock: systemClock,
    policy: {
      site: 'bench',
      defaultEngine: engine.name,
      baseDomain: 'localhost',
      defaultApp: null,
      limits: defaultLimits,
      requiresTls: false,
      publicUrl: { scheme: 'http', port: 8080 },
      allowedPrivileges: [],
      uptimeDays: 396,
      quotas: { perUser: noQuota, appCpus: 1, appMemoryBytes: 512 * 1024 ** 2 },
      uploads: defaultUploads,
      budgets: {},
      mounts: [],
    },
  });
  const limits = { log: { maxSizeBytes: 10_000_000, maxFiles: 3 }, parallel: 12, resyncMs: 30_000, seenMs: 60_000 };
  return { ...context, log, probe: async () => null, limits };
}
