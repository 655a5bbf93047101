import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Container, ContainerRequest } from '../core/container.ts';
import type { ContainerLogLine, Engine, ExecRequest, RegistryCredential } from './engine.ts';

/** An engine under test, and the world it needs. */
export interface EngineFixture {
  readonly engine: Engine;
  /** The same kind of engine, at an address where none answers. */
  readonly unreachable: Engine;
  /** The engine has it: runs until SIGTERM, ends with 0 then, exposes 8080; knows `sh`, `echo`, `cat`, `sleep`. */
  readonly image: string;
  readonly registry: {
    /** The engine does not have these two. The first is open to all. */
    readonly open: string;
    /** `sha256:…` of the open one. */
    readonly digest: string;
    readonly guarded: string;
    readonly credential: RegistryCredential;
    /** In a registry that does not answer. */
    readonly unreachable: string;
  };
  close(): Promise<void>;
}

/** Short words for the tests. Everything made through it is gone after the last test. */
export interface Bench {
  readonly engine: Engine;
  readonly fixture: EngineFixture;
  /** On every container made here. */
  readonly label: string;
  create(part?: Partial<ContainerRequest>): Promise<string>;
  start(part?: Partial<ContainerRequest>): Promise<string>;
  /** A container that runs a script and ends. */
  run(script: string, part?: Partial<ContainerRequest>): Promise<Container>;
  exec(id: string, part: Partial<ExecRequest>): Promise<{ stdout: string; stderr: string; exitCode: number }>;
  uniqueName(): string;
}

/** For a `describe` block: opens the fixture before its tests and clears up after them. */
export function createBench(open: () => Promise<EngineFixture>): Bench {
  const label = `berth-contract=${randomUUID()}`;
  let fixture: EngineFixture;
  beforeAll(async () => {
    fixture = await open();
  });
  afterAll(async () => {
    await clear(fixture.engine, label);
    await fixture.engine.close();
    await fixture.unreachable.close();
    await fixture.close();
  });
  const uniqueName = () => `contract-${randomUUID().slice(0, 8)}`;
  const create: Bench['create'] = (part = {}) =>
    fixture.engine.containers.create({
      ...plainRequest,
      name: uniqueName(),
      image: fixture.image,
      ...part,
      labels: renderLabels(label, part),
    });
  const start: Bench['start'] = async (part) => {
    const id = await create(part);
    await fixture.engine.containers.start(id);
    return id;
  };
  return {
    get engine() {
      return fixture.engine;
    },
    get fixture() {
      return fixture;
    },
    label,
    create,
    start,
    run: async (script, part) =>
      waitForState(fixture.engine, await start({ ...part, command: ['sh', '-c', script] }), 'exited'),
    exec: (id, part) => execute(fixture.engine, id, part),
    uniqueName,
  };
}

const plainRequest: Omit<ContainerRequest, 'name' | 'image' | 'labels'> = {
  env: {},
  stopGraceSeconds: 1,
  ports: [],
  volumes: [],
  tmpfs: [],
  limits: { pids: 64 },
  readOnlyRoot: false,
  noNewPrivileges: true,
  log: { maxSizeBytes: 10_000_000, maxFiles: 2 },
};

function renderLabels(label: string, { labels = {} }: Partial<ContainerRequest>): Record<string, string> {
  const [name = '', value = ''] = label.split('=');
  return { ...labels, [name]: value };
}

async function clear(engine: Engine, label: string): Promise<void> {
  const containers = await engine.containers.list([label]);
  await Promise.all(containers.map(({ id }) => engine.containers.remove(id, { force: true })));
  const networks = await engine.networks.list([label]);
  await Promise.all(networks.map(({ name }) => engine.networks.remove(name)));
  const volumes = await engine.volumes.list([label]);
  await Promise.all(volumes.map(({ name }) => engine.volumes.remove(name)));
}

/** The container, once it is in that state. */
export async function waitForState(engine: Engine, id: string, state: Container['state']): Promise<Container> {
  const end = performance.now() + 10_000;
  for (;;) {
    const container = await engine.containers.inspect(id);
    if (container.state === state) return container;
    if (performance.now() > end) throw new Error(`The container is ${container.state}, not ${state}.`);
    await delay(5);
  }
}

async function execute(engine: Engine, id: string, part: Partial<ExecRequest>) {
  const session = await engine.containers.exec(id, { command: ['true'], tty: false, stdin: false, ...part });
  const output = { stdout: '', stderr: '' };
  for await (const { stream, data } of session.output) output[stream] += data.toString();
  return { ...output, exitCode: await session.exitCode() };
}

/** The log of a container that has ended, or so far. */
export function readLog(
  engine: Engine,
  id: string,
  part: { tail?: number; sinceMs?: number; untilMs?: number } = {},
): Promise<ContainerLogLine[]> {
  return Array.fromAsync(engine.containers.logs(id, { follow: false, signal: AbortSignal.timeout(10_000), ...part }));
}

/** Expects a problem of one of these codes. */
export async function expectProblem(promise: Promise<unknown>, ...codes: readonly string[]): Promise<Error> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error, `a problem ${codes.join(' or ')}`).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'Problem' });
  expect(codes).toContain((error as { readonly code?: string }).code);
  return error as Error;
}
