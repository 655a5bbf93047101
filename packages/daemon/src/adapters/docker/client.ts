import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from '@berth/spec/problem';
import { chooseApiVersion, isVersionRefusal, type SpokenVersions } from './api-version.ts';
import { readBody, readBytes, readMessage } from './body.ts';
import { type EngineCall, renderDoing, renderExchange } from './call.ts';
import type { Connection, Exchange } from './connection.ts';
import { renderRefusal } from './refusal.ts';
import type { DockerTimeouts } from './timeouts.ts';

const versionCall: EngineCall = { method: 'GET', path: '/version', subject: 'engine', toDo: 'tell its version' };

/** The engine's API at the version both sides speak; every error status is a problem. */
export class EngineClient {
  readonly timeouts: DockerTimeouts;
  readonly #engine: string;
  readonly #connection: Connection;
  #version: Promise<string> | undefined;

  /** `engine` is its name in problems. */
  constructor(
    connection: Connection,
    { engine, timeouts }: { readonly engine: string; readonly timeouts: DockerTimeouts },
  ) {
    this.timeouts = timeouts;
    this.#engine = engine;
    this.#connection = connection;
  }

  /** Begins the sentence of a problem. */
  explain(toDo: string): string {
    return renderDoing(this.#engine, toDo);
  }

  /** The parsed JSON answer. */
  async ask<Answer>(call: EngineCall): Promise<Answer> {
    const { response, doing } = await this.#send(call);
    return parseJson(await readBody(response, doing), doing) as Answer;
  }

  /** For calls whose answer has no body worth reading; resolves to its headers. */
  async run(call: EngineCall): Promise<IncomingMessage['headers']> {
    const { response, doing } = await this.#send(call);
    await readBody(response, doing);
    return response.headers;
  }

  /** The answer's bytes, once the engine has accepted the call. */
  async open(call: EngineCall): Promise<AsyncGenerator<Buffer, void>> {
    const { response, doing } = await this.#send(call);
    return readBytes(response, doing);
  }

  /** The raw connection after an upgrade. */
  async hijack(call: EngineCall): Promise<Duplex> {
    const exchange = await this.#render(call);
    const answer = await this.#connection.upgrade(exchange);
    if ('socket' in answer) return answer.socket;
    throw renderRefusal(await readRefusal(answer.refusal, call, exchange));
  }

  /** Compares versions anew; resolves to what the engine said and the version chosen. */
  async negotiate<Answer extends SpokenVersions>(): Promise<Answer & { readonly chosen: string }> {
    const exchange = renderExchange(versionCall, {
      engine: this.#engine,
      prefix: '',
      silenceMs: this.timeouts.quickMs,
    });
    const response = await this.#connection.send(exchange);
    if (isRefused(response, versionCall)) throw renderRefusal(await readRefusal(response, versionCall, exchange));
    const spoken = parseJson(await readBody(response, exchange.doing), exchange.doing) as Answer;
    const chosen = chooseApiVersion(spoken);
    this.#version = Promise.resolve(chosen);
    return { ...spoken, chosen };
  }

  async #send(call: EngineCall, isSecond = false): Promise<{ response: IncomingMessage; doing: string }> {
    const exchange = await this.#render(call);
    const response = await this.#connection.send(exchange);
    if (!isRefused(response, call)) return { response, doing: exchange.doing };
    const refusal = await readRefusal(response, call, exchange);
    if (!isVersionRefusal(refusal.status, refusal.message)) throw renderRefusal(refusal);
    // The engine was replaced by one that speaks other versions; a streamed body cannot be sent twice.
    this.#version = undefined;
    if (isSecond || call.tar !== undefined) throw renderRefusal(refusal);
    return this.#send(call, true);
  }

  async #render(call: EngineCall): Promise<Exchange> {
    const prefix = `/v${await this.#getVersion()}`;
    return renderExchange(call, { engine: this.#engine, prefix, silenceMs: this.timeouts.quickMs });
  }

  /** Calls that come together share one negotiation; one that failed is forgotten. */
  #getVersion(): Promise<string> {
    if (this.#version !== undefined) return this.#version;
    const asked = this.negotiate().then(({ chosen }) => chosen);
    this.#version = asked;
    asked.catch(() => {
      if (this.#version === asked) this.#version = undefined;
    });
    return asked;
  }
}

function isRefused({ statusCode = 0 }: IncomingMessage, { accepts = [] }: EngineCall): boolean {
  return statusCode >= 400 && !accepts.includes(statusCode);
}

async function readRefusal(response: IncomingMessage, { subject }: EngineCall, { doing }: Exchange) {
  return { status: response.statusCode ?? 0, message: await readMessage(response, doing), subject, doing };
}

function parseJson(text: string, doing: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem('engine-failed', `${doing}: its answer was not JSON. Check the engine’s host setting.`, {
      cause,
    });
  }
}
