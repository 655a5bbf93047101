import { Readable } from 'node:stream';
import { createBerthClient } from '@berth/client/berth-client';
import type { ProblemDocument } from '@berth/spec/problem-document';
import { type Failure, interruption, localFailure, refusal } from '../failure.ts';
import { type ServerSentEvent, readServerSentEvents } from '../stream/server-sent-event.ts';
import type { DaemonPlace } from './find-daemon.ts';
import { nextSteps } from './next-step.ts';
import { unreachable } from './unreachable.ts';

type Client = ReturnType<typeof createBerthClient>;

/** What a function of the generated client resolves to. */
interface Answered<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response?: Response | undefined;
}

export interface StreamRequest {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly accept: string;
  readonly method?: 'GET' | 'PUT' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array>;
}

/** No answer of the API takes so long, streams aside. */
const longestAnswerMs = 120_000;

/** The daemon at one address: every refusal becomes a `Failure`, and so does silence. */
export class Daemon {
  readonly place: DaemonPlace;
  readonly #client: Client;
  readonly #fetch: typeof globalThis.fetch;
  readonly #signal: AbortSignal;

  constructor(place: DaemonPlace, options: { readonly fetch: typeof globalThis.fetch; readonly signal: AbortSignal }) {
    const { url, token } = place;
    this.place = place;
    this.#fetch = options.fetch;
    this.#signal = options.signal;
    const withSignal: typeof globalThis.fetch = (input, init) =>
      options.fetch(input, {
        ...init,
        signal: AbortSignal.any([options.signal, AbortSignal.timeout(longestAnswerMs)]),
      });
    this.#client = createBerthClient({ url, token: token ?? '', fetch: withSignal });
  }

  /** What one call of the generated client gives. */
  async ask<Data>(call: (client: Client) => Promise<Answered<Data>>): Promise<NonNullable<Data>> {
    const { data, error, response } = await call(this.#client);
    if (response === undefined) throw this.#silence(error);
    if (!response.ok || data === undefined) throw this.refusal(error, response.status);
    return data as NonNullable<Data>;
  }

  /** Server-sent events, in order, until the stream ends; an event `problem` ends it with a failure. */
  async *follow(request: Omit<StreamRequest, 'accept'>): AsyncGenerator<ServerSentEvent, void> {
    const body = await this.stream({ ...request, accept: 'text/event-stream' });
    for await (const event of readServerSentEvents(this.#chunks(body))) {
      if (event.event === 'problem') throw this.refusal(JSON.parse(event.data), 0);
      yield event;
    }
  }

  /** An answer as it comes, for what the generated client would hold in memory whole. */
  async stream(request: StreamRequest): Promise<AsyncIterable<Uint8Array>> {
    const { url, token } = this.place;
    const response = await this.#fetch(`${url}${request.path}${renderQuery(request.query ?? {})}`, {
      method: request.method ?? 'GET',
      headers: {
        ...request.headers,
        accept: request.accept,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      signal: this.#signal,
      ...(request.body === undefined
        ? {}
        : { body: Readable.toWeb(Readable.from(request.body, { objectMode: false })), duplex: 'half' }),
    } as RequestInit).catch((error: unknown) => Promise.reject(this.#silence(error)));
    if (response.ok) return response.body ?? noBytes();
    throw this.refusal(await response.json().catch(() => undefined), response.status);
  }

  /** A connection that breaks on the way is silence too. */
  async *#chunks(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    try {
      yield* body;
    } catch (error) {
      throw this.#silence(error);
    }
  }

  /** No answer came, or it broke off: because somebody ended the command, or because the daemon is gone. */
  #silence(cause: unknown): Failure {
    return this.#signal.aborted ? interruption() : unreachable(this.place, cause);
  }

  /** The failure that an answer means; one that is no problem document did not come from Berth. */
  refusal(document: unknown, status: number): Failure {
    if (isProblemDocument(document)) return refusal(this.#explained(document), nextSteps(document, this.place));
    const title = `The answer from ${this.place.url} is not Berth's`;
    return localFailure('foreign', {
      title,
      detail: `Its status is ${status}.`,
      nextSteps: [`The address comes from ${this.place.urlSource}.`],
    });
  }

  /** The daemon speaks of headers; here a token is something one logs in with. */
  #explained(document: ProblemDocument): ProblemDocument {
    if (document.code !== 'unauthenticated' || this.place.token !== undefined) return document;
    return {
      ...document,
      title: `You are not logged in to ${this.place.url}`,
      detail: 'There is no token for it here.',
    };
  }
}

function isProblemDocument(value: unknown): value is ProblemDocument {
  if (typeof value !== 'object' || value === null) return false;
  const { code, title, detail } = value as Readonly<Record<string, unknown>>;
  return typeof code === 'string' && typeof title === 'string' && typeof detail === 'string';
}

function renderQuery(query: NonNullable<StreamRequest['query']>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : value === undefined ? [] : [String(value)];
    for (const one of values as readonly string[]) parameters.append(name, one);
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}

async function* noBytes(): AsyncGenerator<Uint8Array, void> {}
