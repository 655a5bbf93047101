import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request as openRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EdgeCall, edgeCalls, type EdgeWish } from '../../core/edge-control.ts';
import type { EdgeRoute, RouteChange } from '../../core/route-table.ts';
import { parseArguments } from '../arguments.ts';
import { type EdgeServer, openEdgeServer } from '../edge-server.ts';
import { createLog } from '../log.ts';

/** An edge in this process, with real sockets. */
export interface TestEdge {
  readonly server: EdgeServer;
  readonly port: number;
  /** Where it takes TLS, when that was wished for. */
  readonly securePort: number;
  readonly control: string;
  readonly state: string;
  /** The lines it logged. */
  readonly lines: readonly string[];
  order(call: EdgeCall, body?: unknown): Promise<unknown>;
  replace(...routes: EdgeRoute[]): Promise<void>;
  apply(change: RouteChange): Promise<void>;
  drain(instance: string, graceMs: number): Promise<void>;
  facts(): Promise<EdgeFacts>;
  close(): Promise<void>;
}

interface EdgeFacts {
  readonly startedAtMs: number;
  readonly apps: Readonly<Record<string, Readonly<Record<string, number>> & { readonly statuses: readonly number[] }>>;
}

export async function openTestEdge(wish: Partial<EdgeWish> = {}): Promise<TestEdge> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-edge-'));
  const [control, state] = [join(folder, 'control.sock'), join(folder, 'routes.json')];
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));
  const wishes = JSON.stringify({ http: ['127.0.0.1:0'], ...wish });
  const argv = [`--wish=${wishes}`, `--control=${control}`, `--state=${state}`];
  const server = await openEdgeServer(parseArguments(argv), log);
  const order = async (call: EdgeCall, body?: unknown): Promise<unknown> => giveTestOrder(control, call, body);
  return {
    server,
    port: portOf(server.hello().addresses[0]),
    securePort: portOf(server.hello().secureAddresses[0]),
    control,
    state,
    lines,
    order,
    replace: async (...routes) => void (await order(edgeCalls.replace, routes)),
    apply: async (change) => void (await order(edgeCalls.apply, change)),
    drain: async (instance, graceMs) => void (await order(edgeCalls.drain, { instance, graceMs })),
    facts: async () => (await order(edgeCalls.facts)) as EdgeFacts,
    close: async () => {
      await server.stop({ graceMs: 0 });
      await server.ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `127.0.0.1:8080` → 8080. */
export function portOf(address: string | undefined): number {
  return Number(address?.split(':').at(-1));
}

/** The parsed answer; rejects when the edge refuses. */
export async function giveTestOrder(control: string, { method, path }: EdgeCall, body?: unknown): Promise<unknown> {
  const request = openRequest({ socketPath: control, method, path, agent: false });
  request.end(body === undefined ? undefined : JSON.stringify(body));
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${Buffer.concat(chunks).toString()}`);
  return JSON.parse(Buffer.concat(chunks).toString());
}
