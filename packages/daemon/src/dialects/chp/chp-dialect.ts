import type { EdgeRoute } from '../../core/route-table.ts';
import type { Edge } from '../../ports/edge.ts';
import { AppHosts } from '../../use-cases/app-hosts.ts';
import type { Context } from '../../use-cases/context.ts';
import { ApiCounts } from './api-counts.ts';
import type { ChpLog } from './chp-log.ts';
import { listen, type Listening } from './listening.ts';
import { defaultProxyOptions } from './proxy-options.ts';
import { createRouteApi } from './route-api.ts';
import { RouteBoard } from './route-board.ts';
import { RouteFile } from './route-file.ts';

export interface ChpDialectParts {
  readonly settings: {
    readonly listen: { readonly host: string; readonly port: number };
    readonly token: string;
    readonly hostRouting: boolean;
    /** Where all routes without host routing lie; undefined: at every host that is no app's. */
    readonly host?: string | undefined;
  };
  readonly context: Pick<Context, 'ledger' | 'policy'>;
  readonly edge: Pick<Edge, 'apply' | 'facts' | 'onConnected'>;
  /** Keeps the routes. */
  readonly file: string;
  readonly log: ChpLog;
}

/** The route API beside the apps of a daemon: its routes lie at the same edge, and at no app's host. */
export class ChpDialect {
  readonly #parts: ChpDialectParts;
  readonly #board: RouteBoard;
  #listening: Listening | undefined;

  constructor(parts: ChpDialectParts) {
    this.#parts = parts;
    const { edge, context, file, settings } = parts;
    const { answerSeconds, idleSeconds } = context.policy.limits;
    const { hostRouting, host = '*' } = settings;
    const options = { ...defaultProxyOptions, hostRouting, host, answerSeconds, idleSeconds };
    const owners = new AppHosts(context);
    this.#board = new RouteBoard({ edge, owners, options, keeper: new RouteFile(file), nowMs: Date.now });
  }

  /** What the edge has to have beside the routes of apps. */
  readonly listRoutes = (): readonly EdgeRoute[] => this.#board.listEdgeRoutes();

  /** Brings its routes to the edge and serves the API. Where it listens. */
  async open(): Promise<string> {
    const { settings, edge, context, log } = this.#parts;
    edge.onConnected(() => this.#try(this.#board.replay()));
    context.ledger.listen({ onApps: () => this.#try(this.#board.reconsider()) });
    const { host, port } = settings.listen;
    const api = createRouteApi({ board: this.#board, token: settings.token, log, counts: new ApiCounts() });
    this.#listening = await listen({ ip: host, port }, api);
    return this.#listening.at;
  }

  close(): void {
    this.#listening?.close();
  }

  /** What the edge does not hear now it hears when it is connected again. */
  #try(work: Promise<void>): void {
    work.catch((error: unknown) => this.#parts.log('warn', error instanceof Error ? error.message : String(error)));
  }
}
