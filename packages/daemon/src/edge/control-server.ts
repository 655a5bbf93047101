import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parseCertificates, parseChallenges } from '../core/edge-certificate.ts';
import {
  type DrainOrder,
  type EdgeHello,
  type EdgeStatus,
  type HistoryQuestion,
  type Knock,
  edgeCalls,
  parseRouteChange,
  parseRoutes,
  parseSucceedOrder,
  type StopOrder,
  type SucceedOrder,
} from '../core/edge-control.ts';
import { ControlSocket } from './control-socket.ts';
import type { EdgeParts } from './edge-parts.ts';
import { answerJson, readJson } from './json-message.ts';
import { errorFacts } from './log.ts';
import { type Plane, sweep } from './plane.ts';
import { SuccessionError } from './succession/successor.ts';

/** What concerns the life of the edge. */
export interface EdgeLife {
  readonly hello: () => EdgeHello;
  /** Resolves once nobody new is taken in; what is under way ends by itself or by the order's limit. */
  readonly stop: (order: StopOrder) => Promise<void>;
  readonly drain: (order: DrainOrder) => Promise<void>;
  /** Resolves once another edge has taken over. */
  readonly succeed: (order: SucceedOrder) => Promise<unknown>;
}

interface Control {
  readonly parts: EdgeParts;
  readonly life: EdgeLife;
}

type Answer = (control: Control, body: unknown) => Promise<unknown>;

const answers: Readonly<Record<string, Answer>> = {
  [name(edgeCalls.drain)]: drain,
  [name(edgeCalls.facts)]: async ({ parts }) => parts.plane.traffic.facts(),
  [name(edgeCalls.status)]: async (control) => statusOf(control),
  [name(edgeCalls.history)]: readHistory,
  [name(edgeCalls.stop)]: stop,
};

/** What another edge that is taking over would not hear of. */
const changes: Readonly<Record<string, Answer>> = {
  [name(edgeCalls.replace)]: replaceRoutes,
  [name(edgeCalls.apply)]: applyChange,
  [name(edgeCalls.certificates)]: putCertificates,
  [name(edgeCalls.challenges)]: putChallenges,
};

/** Takes the orders of the control process. */
export class ControlServer {
  readonly #control: Control;
  readonly #server: Server;
  readonly #socket: ControlSocket;
  readonly #sessions = new Set<ServerResponse>();
  readonly #changing = new Set<Promise<unknown>>();
  #succession: Promise<unknown> | undefined;

  constructor(parts: EdgeParts, path: string, life: EdgeLife) {
    this.#control = { parts, life };
    this.#server = createServer({ requestTimeout: 0 }, (request, response) => void this.#take(request, response));
    this.#socket = new ControlSocket(this.#server, path);
  }

  /** Takes no orders yet. */
  async prepare(): Promise<void> {
    await this.#socket.prepare();
  }

  /** From now on orders come here. */
  publish(): void {
    this.#socket.publish();
  }

  /** Takes no more orders; those that are being carried out are answered. */
  close(): void {
    this.#socket.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = `${request.method} ${request.url}`;
    if (call === name(edgeCalls.session)) return this.#holdSession(response);
    try {
      answerJson(response, 200, (await this.#answer(call, await readJson(request))) ?? {});
    } catch (error) {
      this.#control.parts.log('error', 'an order was not carried out', { call, ...errorFacts(error) });
      const code = error instanceof SuccessionError ? { code: error.code } : {};
      answerJson(response, 400, { ...errorFacts(error), ...code });
    }
  }

  async #answer(call: string, body: unknown): Promise<unknown> {
    if (call === name(edgeCalls.succeed)) return this.#succeed(body);
    const change = changes[call];
    if (change !== undefined) return this.#change(change, body);
    const answer = answers[call];
    if (answer === undefined) throw new Error(`There is no order ${call}.`);
    return answer(this.#control, body);
  }

  async #succeed(body: unknown): Promise<unknown> {
    const order = parseSucceedOrder(body);
    if (order === undefined) throw new Error('The body is not an order to let another edge take over.');
    if (this.#succession !== undefined) throw new SuccessionError('Another edge is taking over already.', 'under-way');
    this.#succession = this.#handOver(order);
    try {
      const answer = await this.#succession;
      for (const session of this.#sessions) session.end();
      return answer;
    } catch (error) {
      this.#succession = undefined;
      throw error;
    }
  }

  /** What is being changed gets to the disk first, where the other one finds it. */
  async #handOver(order: SucceedOrder): Promise<unknown> {
    await Promise.allSettled(this.#changing);
    return this.#control.life.succeed(order);
  }

  async #change(change: Answer, body: unknown): Promise<unknown> {
    const isOver = await this.#succession?.then(
      () => true,
      () => false,
    );
    if (isOver === true) throw new Error('Another edge has taken over: give it the order.');
    const changing = change(this.#control, body);
    this.#changing.add(changing);
    try {
      return await changing;
    } finally {
      this.#changing.delete(changing);
    }
  }

  /** Either side sees the end of the other in the end of this answer. */
  #holdSession(response: ServerResponse): void {
    const { parts, life } = this.#control;
    parts.log('info', 'control connected');
    this.#sessions.add(response);
    response.on('error', () => response.destroy());
    const deafen = parts.plane.knocks.listen(
      (knock) => void response.write(`${JSON.stringify({ knock } satisfies Knock)}\n`),
    );
    response.once('close', () => {
      deafen();
      this.#sessions.delete(response);
      parts.log('info', 'control lost: the last routes stay in force');
    });
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write(`${JSON.stringify(life.hello())}\n`);
  }
}

function statusOf({ parts: { door, plane }, life }: Control): EdgeStatus {
  return { ...life.hello(), openConnections: door.size, routes: plane.routes.size };
}

async function replaceRoutes({ parts: { plane, file } }: Control, body: unknown): Promise<void> {
  const routes = parseRoutes(body);
  if (routes === undefined) throw new Error('The body is not a list of routes.');
  plane.routes.replace(routes);
  tidy(plane);
  file.touch();
}

async function applyChange({ parts: { plane, file } }: Control, body: unknown): Promise<void> {
  const change = parseRouteChange(body);
  if (change === undefined) throw new Error('The body is not a change of routes.');
  plane.routes.apply(change);
  sweep(plane);
  file.touch();
}

async function putCertificates({ parts: { tls } }: Control, body: unknown): Promise<unknown> {
  const certificates = parseCertificates(body);
  if (certificates === undefined) throw new Error('The body is not a list of certificates.');
  return { refused: await tls.putCertificates(certificates) };
}

async function putChallenges({ parts }: Control, body: unknown): Promise<void> {
  const challenges = parseChallenges(body);
  if (challenges === undefined) throw new Error('The body is not a list of challenges.');
  parts.plane.challenges.replace(challenges);
}

async function drain({ life }: Control, body: unknown): Promise<void> {
  const { instance, graceMs } = body as DrainOrder;
  if (typeof instance !== 'string' || typeof graceMs !== 'number')
    throw new Error('The body is not an order to drain.');
  await life.drain({ instance, graceMs });
}

async function readHistory({ parts: { plane } }: Control, body: unknown): Promise<unknown> {
  const { app } = body as HistoryQuestion;
  const own = plane.routes.list().filter((route) => route.app === app);
  return plane.history.read(app, Math.max(0, ...own.map(({ options }) => options?.history ?? 0)));
}

async function stop({ life }: Control, body: unknown): Promise<void> {
  const { graceMs } = body as StopOrder;
  if (typeof graceMs !== 'number') throw new Error('The body is not an order to stop.');
  await life.stop({ graceMs });
}

function tidy(plane: Plane): void {
  const routes = plane.routes.list();
  plane.traffic.prune(new Set(routes.map(({ app }) => app)));
  plane.history.prune(new Set(routes.flatMap(({ app, options }) => (options?.history === undefined ? [] : [app]))));
  sweep(plane);
}

function name({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path}`;
}
