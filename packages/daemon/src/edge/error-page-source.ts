import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http';
import { join } from 'node:path';
import type { EdgeErrorPages } from '../core/edge-error-pages.ts';
import type { Page } from './page.ts';

/** A page that takes longer than this is not waited for. */
const PATIENCE_MS = 5_000;
const LONGEST_BYTES = 1_048_576;
/** Visitors of a dead app may be many: no more than this many ask for a page at a time. */
const MOST_AT_A_TIME = 64;
const USUAL_TYPE = 'text/html';

/** The status under which pages for it are found. */
const statuses: ReadonlyMap<number, number> = new Map([
  [404, 404],
  [502, 503],
  [503, 503],
  [504, 503],
]);

/** Pages of an operator's own for what the edge answers in its own name. */
export class ErrorPageSource {
  readonly #pages: EdgeErrorPages;
  #underWay = 0;

  constructor(pages: EdgeErrorPages) {
    this.#pages = pages;
  }

  /** False for what says how the request itself was wrong. */
  covers(status: number): boolean {
    return statuses.has(status);
  }

  /** The status that visitors are told. */
  statusOf(status: number): number {
    return statuses.get(status) ?? status;
  }

  /** `url` is path and query as they were sent. Undefined, never rejected, where the edge's own page is to be shown. */
  async find(status: number, url: string): Promise<Page | undefined> {
    const told = statuses.get(status);
    if (told === undefined || this.#underWay >= MOST_AT_A_TIME) return undefined;
    this.#underWay += 1;
    try {
      return await this.#find(told, url);
    } catch {
      // A page about an error is not worth another error.
      return undefined;
    } finally {
      this.#underWay -= 1;
    }
  }

  async #find(status: number, url: string): Promise<Page | undefined> {
    const { target, folder } = this.#pages;
    if (target !== undefined) return this.#ask(`${target.replace(/\/+$/, '')}/${status}`, status, url);
    return folder === undefined ? undefined : readPage(folder, status);
  }

  async #ask(address: string, status: number, url: string): Promise<Page | undefined> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const request = await this.#open(new URL(`${address}?url=${encodeURIComponent(url)}`), signal);
    request.end();
    const [answer] = (await once(request, 'response', { signal })) as [IncomingMessage];
    const body = await readBody(answer);
    return body === undefined ? undefined : composePage(status, answer.headers['content-type'] ?? USUAL_TYPE, body);
  }

  async #open(url: URL, signal: AbortSignal): Promise<ClientRequest> {
    if (url.protocol === 'http:') return openRequest(url, { signal });
    // An edge that has no use for it does not hold its code.
    const { request } = await import('node:https');
    return request(url, { signal, ...this.#tls() });
  }

  #tls(): {
    readonly rejectUnauthorized?: boolean;
    readonly ca?: Buffer;
    readonly cert?: Buffer;
    readonly key?: Buffer;
  } {
    const { isTrusted = false, caFile, certFile, keyFile } = this.#pages.tls ?? {};
    return {
      rejectUnauthorized: !isTrusted,
      ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
      ...(certFile === undefined ? {} : { cert: readFileSync(certFile) }),
      ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
    };
  }
}

async function readPage(folder: string, status: number): Promise<Page | undefined> {
  const read = async (name: string): Promise<Buffer | undefined> => readFile(join(folder, name)).catch(() => undefined);
  const body = (await read(`${status}.html`)) ?? (await read('error.html'));
  return body === undefined ? undefined : composePage(status, USUAL_TYPE, body);
}

/** Undefined when it is longer than any page. */
async function readBody(answer: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > LONGEST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function composePage(status: number, type: string, body: Buffer): Page {
  const headers = ['Content-Type', type, 'Content-Length', String(body.length), 'Cache-Control', 'no-store'];
  return { status, headers, body };
}
