import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppRequest, type AppRequestInput } from '@berth/spec/app-spec';
import { pino } from 'pino';
import { createMemoryEngine, type MemoryEngine } from '../adapters/memory/memory-engine.ts';
import { createMemoryUploads } from '../adapters/memory/memory-uploads.ts';
import { MemoryEdge } from '../adapters/memory-edge/memory-edge.ts';
import { openSqliteStore } from '../adapters/sqlite/open-sqlite-store.ts';
import { systemClock } from '../adapters/system-clock/system-clock.ts';
import { findApp } from '../core/books.ts';
import type { Instance } from '../core/instance.ts';
import type { Operation } from '../core/operation.ts';
import type { Store } from '../ports/store.ts';
import { actOnApp } from '../use-cases/act-on-app.ts';
import type { Actor } from '../use-cases/actor.ts';
import { createContext, type Policy } from '../use-cases/context.ts';
import { deployApp } from '../use-cases/deploy-app.ts';
import { Ledger } from '../use-cases/ledger.ts';
import { awaitOperation } from '../use-cases/operations.ts';
import { testPolicy } from '../use-cases/test-context.contract.ts';
import { ControlLoop } from './control-loop.ts';
import type { World } from './world.ts';

export const root: Actor = { user: 'root', role: 'admin', scopes: ['read', 'deploy', 'operate', 'exec', 'admin'] };

const patienceMs = 20_000;

/** Control over a real store, an engine and an edge in memory, and probes that a test answers. */
export class TestControl {
  readonly engine: MemoryEngine;
  readonly edge = new MemoryEdge();
  readonly uploadFolder = createMemoryUploads();
  /** Instances (by address) that do not answer probes. */
  readonly deaf = new Set<string>();
  world!: World;
  #store!: Store;
  #control!: ControlLoop;
  readonly #folder: string;
  readonly #policy: Policy;

  private constructor(folder: string, policy: Partial<Policy>) {
    this.#folder = folder;
    this.#policy = { ...testPolicy, ...policy };
    this.engine = createMemoryEngine({
      name: 'local',
      images: [1, 2].map((version) => ({ reference: `example/app:${version}`, exposedPorts: [8080] })),
    });
  }

  static async start(policy: Partial<Policy> = {}): Promise<TestControl> {
    const control = new TestControl(await mkdtemp(join(tmpdir(), 'berth-control-')), policy);
    await control.#open();
    await control.ready();
    const user = { name: root.user, role: root.role, createdAt: 0 };
    await control.world.ledger.write(() => ({ changes: [{ kind: 'user.put', user }], result: null }));
    return control;
  }

  /** Control ends in the middle of whatever it does, and starts on the same store. */
  async restart(): Promise<void> {
    await this.#control.stop();
    await this.#store.close();
    await this.#open();
  }

  async close(): Promise<void> {
    await this.#control.stop();
    await this.#store.close();
    await rm(this.#folder, { recursive: true });
  }

  async deploy(name: string, request: Partial<AppRequestInput> = {}): Promise<Operation> {
    const parsed = AppRequest.parse({ image: 'example/app:1', ...request });
    const { operation } = await deployApp(this.world, root, { name, request: parsed });
    return awaitOperation(this.world, root, { id: operation.id, timeoutMs: patienceMs });
  }

  async act(
    name: string,
    verb: Parameters<typeof actOnApp>[2]['verb'],
    more: { replicas?: number; message?: string | null } = {},
  ): Promise<Operation> {
    const { operation } = await actOnApp(this.world, root, { name, verb, ...more });
    return awaitOperation(this.world, root, { id: operation.id, timeoutMs: patienceMs });
  }

  instancesOf(name: string): readonly Instance[] {
    const app = findApp(this.world.ledger.books, name);
    return app === undefined ? [] : this.world.fleet.instancesOf(app.id);
  }

  /** Instances that the edge sends requests of this host to. */
  targetsOf(host: string): string[] {
    const route = this.edge.routes.find((one) => one.host === host);
    return route === undefined ? [] : route.targets.map((target) => target.instance).toSorted();
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`waited ${patienceMs} ms for ${what}`);
      await delay(2);
    }
  }

  async #open(): Promise<void> {
    this.#store = await openSqliteStore(join(this.#folder, 'berth.db'));
    const ledger = await Ledger.open(this.#store, systemClock);
    const engines = new Map([['local', this.engine]]);
    const context = createContext({
      ledger,
      store: this.#store,
      edge: this.edge,
      clock: systemClock,
      engines,
      policy: this.#policy,
      uploadFolder: this.uploadFolder,
    });
    this.world = {
      ...context,
      probe: async ({ address }) => (this.deaf.has(`${address.host}:${address.port}`) ? 'deaf' : null),
      log: pino({ level: 'silent' }),
      limits: { log: { maxSizeBytes: 1_000_000, maxFiles: 1 }, parallel: 8, resyncMs: 200, seenMs: 60_000 },
    };
    this.#control = new ControlLoop(this.world, { rebuilding: this.#store.fresh });
    this.#control.start();
  }

  /** Waits for a whole picture of the engine. */
  async ready(): Promise<void> {
    await this.until(() => this.#control.unready() === null, 'a whole picture');
  }
}
