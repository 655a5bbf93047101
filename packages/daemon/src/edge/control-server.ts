import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  type DrainOrder,
  type EdgeHello,
  edgeCalls,
  parseRouteChange,
  parseRoutes,
  type StopOrder,
} from '../core/edge-control.ts';
import { drainInstance } from './drain.ts';
import { answerJson, readJson } from './json-message.ts';
import { errorFacts } from './log.ts';
import type { Plane } from './plane.ts';
import type { RouteFile } from './route-file.ts';

export interface Control {
  readonly plane: Plane;
  readonly file: RouteFile;
  readonly hello: () => EdgeHello;
  /** Resolves once nobody new is taken in; what is under way ends by itself or by the order's limit. */
  readonly stop: (order: StopOrder) => Promise<void>;
}

type Answer = (control: Control, body: unknown) => Promise<unknown>;

const answers: Readonly<Record<string, Answer>> = {
  [name(edgeCalls.replace)]: replaceRoutes,
  [name(edgeCalls.apply)]: applyChange,
  [name(edgeCalls.drain)]: drain,
  [name(edgeCalls.facts)]: async ({ plane }) => plane.traffic.facts(),
  [name(edgeCalls.stop)]: stop,
};

/** Takes the orders of the control process. */
export function createControlServer(control: Control): Server {
  const server = createServer({ requestTimeout: 0 }, (request, response) => void take(control, request, response));
  return server;
}

async function take(control: Control, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call = `${request.method} ${request.url}`;
  if (call === name(edgeCalls.session)) return holdSession(control, response);
  try {
    const answer = answers[call];
    if (answer === undefined) return answerJson(response, 404, { error: `There is no order ${call}.` });
    answerJson(response, 200, (await answer(control, await readJson(request))) ?? {});
  } catch (error) {
    control.plane.log('error', 'an order was not understood', { call, ...errorFacts(error) });
    answerJson(response, 400, errorFacts(error));
  }
}

/** Either side sees the end of the other in the end of this answer. */
function holdSession({ plane, hello }: Control, response: ServerResponse): void {
  plane.log('info', 'control connected');
  response.on('error', () => response.destroy());
  response.once('close', () => plane.log('info', 'control lost: the last routes stay in force'));
  response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write(`${JSON.stringify(hello())}\n`);
}

async function replaceRoutes({ plane, file }: Control, body: unknown): Promise<void> {
  const routes = parseRoutes(body);
  if (routes === undefined) throw new Error('The body is not a list of routes.');
  plane.routes.replace(routes);
  tidy(plane);
  file.touch();
}

async function applyChange({ plane, file }: Control, body: unknown): Promise<void> {
  const change = parseRouteChange(body);
  if (change === undefined) throw new Error('The body is not a change of routes.');
  plane.routes.apply(change);
  plane.pools.sweep();
  file.touch();
}

async function drain({ plane }: Control, body: unknown): Promise<void> {
  const { instance, graceMs } = body as DrainOrder;
  if (typeof instance !== 'string' || typeof graceMs !== 'number')
    throw new Error('The body is not an order to drain.');
  await drainInstance(plane, instance, graceMs);
}

async function stop(control: Control, body: unknown): Promise<void> {
  const { graceMs } = body as StopOrder;
  if (typeof graceMs !== 'number') throw new Error('The body is not an order to stop.');
  await control.stop({ graceMs });
}

function tidy({ routes, traffic, pools }: Plane): void {
  traffic.prune(new Set(routes.list().map(({ app }) => app)));
  pools.sweep();
}

function name({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path}`;
}
