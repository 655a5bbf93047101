import { once } from 'node:events';
import { unlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { type EdgeHello, edgeProtocol, type StopOrder } from '../core/edge-control.ts';
import type { EdgeArguments } from './arguments.ts';
import { createControlServer } from './control-server.ts';
import { within } from './drain.ts';
import { createFront } from './front.ts';
import { parseListenAddress, renderAddress } from './listen-address.ts';
import type { Log } from './log.ts';
import { createPlane, type Plane } from './plane.ts';
import { RouteFile } from './route-file.ts';
import { createTrust } from './trusted-proxies.ts';

const TIDY_MS = 50;
const FAREWELL_MS = 3_000;

export interface EdgeServer {
  readonly hello: () => EdgeHello;
  /** Resolves once nobody new is taken in. */
  readonly stop: (order: StopOrder) => Promise<void>;
  /** Resolves when all is over. */
  readonly ended: Promise<void>;
}

/** Serves the last routes, then listens to the control process. Rejects when an address cannot be had. */
export async function openEdgeServer(wish: EdgeArguments, log: Log): Promise<EdgeServer> {
  const plane = createPlane(createTrust(wish.trustedProxies), log);
  const file = new RouteFile(wish.state, () => plane.routes.list(), log);
  plane.routes.replace(file.load());
  const fronts = wish.http.map(() => createFront(plane));
  await Promise.all(fronts.map((front, at) => listen(front, wish.http[at] ?? '')));
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const hello = (): EdgeHello => ({
    protocol: edgeProtocol,
    http: wish.http,
    trustedProxies: wish.trustedProxies,
    pid: process.pid,
    startedAtMs: plane.startedAtMs,
    addresses: fronts.flatMap((front) => renderBound(front)),
  });
  const stop = async ({ graceMs }: StopOrder): Promise<void> => {
    if (plane.isStopping) return;
    plane.isStopping = true;
    log('info', 'stopping', { graceMs });
    control.close();
    void finish({ plane, fronts, file }, graceMs).then(resolve);
  };
  const control = createControlServer({ plane, file, hello, stop });
  await listenForControl(control, wish.control);
  log('info', 'listening', { addresses: hello().addresses, routes: plane.routes.list().length });
  return { hello, stop, ended };
}

interface Running {
  readonly plane: Plane;
  readonly fronts: readonly Server[];
  readonly file: RouteFile;
}

async function finish({ plane, fronts, file }: Running, graceMs: number): Promise<void> {
  const closed = Promise.all(
    fronts.map((front) => new Promise<void>((resolve) => void front.close(() => resolve()))),
  ).then(() => undefined);
  // A connection that falls idle now would be kept for its whole time.
  const tidying = setInterval(() => fronts.forEach((front) => front.closeIdleConnections()), TIDY_MS);
  await within(closed, graceMs);
  for (const errand of plane.inFlight.listAll()) errand.abort();
  await within(closed, FAREWELL_MS);
  clearInterval(tidying);
  fronts.forEach((front) => front.closeAllConnections());
  await file.flush();
}

async function listen(server: Server, text: string): Promise<void> {
  const { host, port } = parseListenAddress(text) ?? { host: undefined, port: 0 };
  server.listen({ port, ...(host === undefined ? {} : { host }) });
  await once(server, 'listening');
}

/** The addresses are ours by now, so that of two edges for the same purpose only one gets here. */
async function listenForControl(server: Server, path: string): Promise<void> {
  if (await isAlive(path)) throw new Error(`Another edge takes its orders at ${path}: stop that one first.`);
  unlinkIfThere(path);
  const mask = process.umask(0o177);
  server.listen(path);
  process.umask(mask);
  await once(server, 'listening');
}

async function isAlive(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function renderBound(server: Server): readonly string[] {
  const address = server.address() as AddressInfo | null;
  return address === null ? [] : [renderAddress(address)];
}
